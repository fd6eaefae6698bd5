import { COLLECTIONS, type DnsRecord, type ZoneRecord } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";

export const ROUTE53 = { service: "Route 53" } as const;

export const zones = (world: World) => world.collection<ZoneRecord>(COLLECTIONS.zones);

export const records = (world: World) => world.collection<DnsRecord>(COLLECTIONS.dnsRecords);

/** Lower case, no trailing dot: how the world and the provider's state keep a name. */
export const bareName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

export const recordsIn = (world: World, zoneId: string): DnsRecord[] =>
  records(world)
    .values()
    .filter((record) => record.zoneId === zoneId);
