import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";

export const DNS_BREAKS: readonly Break[] = [
  {
    name: "zone-never-delegated",
    description: "the registrar never publishes the zone's name servers, whatever the operator sets",
    prepare: ({ world }) => addFault(world, { kind: "delegation-not-published" }),
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
