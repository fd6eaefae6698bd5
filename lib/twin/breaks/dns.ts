import { addFault } from "../world/faults.ts";
import { COLLECTIONS, type DnsRecord } from "../world/records.ts";
import type { Break } from "./break.ts";

/** An address of the documentation range (RFC 5737), where nobody is. */
const NOBODY = "198.51.100.9";

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
    name: "delegation-partial",
    description: "the zone above names only two of the zone's four servers",
    prepare({ world }) {
      const published = world.collection<{ zone: string; nameServers: string[] }>("network.delegations");
      for (const zone of published.keys())
        published.update(zone, (record) => ({ ...record, nameServers: record.nameServers.slice(0, 2) }));
    },
  },
  {
    name: "resolver-stale",
    description: "one of the world's resolvers still answers app.<domain> with an address from before",
    prepare({ world, domain }) {
      const name = `app.${domain}`;
      const answer = {
        rcode: "NOERROR",
        authoritative: false,
        answers: [{ name, type: "A", ttl: 86_400, data: NOBODY }],
        authorities: [],
        additionals: [],
      };
      const expiresAt = world.clock.now() + 86_400_000;
      world.collection("network.resolver-cache").set(`8.8.8.8/${name}/A`, { expiresAt, answer });
    },
  },
  {
    name: "record-elsewhere",
    description: "app.<domain> leads to an address that is not the load balancer's",
    prepare({ world, domain }) {
      const records = world.collection<DnsRecord>(COLLECTIONS.dnsRecords);
      for (const key of records.keys())
        records.update(key, (record) =>
          record.type === "A" && record.name.replace(/\.$/, "") === `app.${domain}`
            ? { zoneId: record.zoneId, name: record.name, type: "A", ttl: 60, values: [NOBODY], insyncAt: 0 }
            : record,
        );
    },
  },
  {
    name: "record-lives-long",
    description: "app.<domain> is right, and the world is told to remember it for a day",
    prepare: ({ world, domain }) =>
      addFault(world, { kind: "record-lives-long", name: `app.${domain}`, ttl: 86_400 }),
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
