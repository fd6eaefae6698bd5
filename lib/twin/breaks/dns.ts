import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";

export const DNS_BREAKS: readonly Break[] = [
  {
    name: "zone-never-delegated",
    description:
      "the registrar has published no name servers of the zone, and never does, whatever the operator sets",
    prepare({ world }) {
      addFault(world, { kind: "delegation-not-published" });
      const published = world.collection("network.delegations");
      for (const zone of published.keys()) published.delete(zone);
    },
  },
  {
    name: "record-not-propagating",
    description: "the record of app.<domain> never reaches the zone's name servers",
    prepare: ({ world, domain }) =>
      addFault(world, { kind: "record-not-propagating", name: `app.${domain}` }),
  },
  {
    name: "certificate-not-issued",
    description: "the ACME challenge of app.<domain> never succeeds",
    prepare: ({ world, domain }) =>
      addFault(world, { kind: "certificate-not-issued", host: `app.${domain}` }),
  },
  {
    name: "certificate-from-staging",
    description: "app.<domain> gets its certificate from Let's Encrypt's staging authority",
    prepare: ({ world, domain }) => addFault(world, { kind: "issuer-staging", host: `app.${domain}` }),
  },
];
