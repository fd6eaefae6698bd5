import { z } from "zod";
import { COLLECTIONS, type DnsRecord, type ZoneRecord } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { type Call, operation, present } from "../service.ts";

const zones = (call: Call): ZoneRecord[] => call.world.collection<ZoneRecord>(COLLECTIONS.zones).values();
const recordsOf = (call: Call, zoneId: string): DnsRecord[] =>
  call.world
    .collection<DnsRecord>(COLLECTIONS.dnsRecords)
    .values()
    .filter((record) => record.zoneId === zoneId);

/** Route 53 answers with fully qualified names and orders by the labels reversed. */
const qualified = (name: string): string => (name.endsWith(".") ? name : `${name}.`);
const reversed = (name: string): string => qualified(name).split(".").reverse().join(".");

function zoneById(call: Call, id: string): ZoneRecord {
  const bare = id.replace(/^\/?hostedzone\//, "");
  call.allow("route53:GetHostedZone", `arn:aws:route53:::hostedzone/${bare}`);
  const zone = call.world.collection<ZoneRecord>(COLLECTIONS.zones).get(bare);
  if (!zone) throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${bare}`, 404);
  return zone;
}

const zoneAnswer = (call: Call, zone: ZoneRecord): { [key: string]: Json } => ({
  Id: `/hostedzone/${zone.id}`,
  Name: qualified(zone.name),
  CallerReference: zone.id,
  Config: { PrivateZone: false },
  ResourceRecordSetCount: recordsOf(call, zone.id).length,
});

function recordAnswer(record: DnsRecord): Json {
  const { alias } = record;
  const target = alias && {
    HostedZoneId: alias.zoneId,
    DNSName: qualified(alias.dnsName),
    EvaluateTargetHealth: alias.evaluateTargetHealth,
  };
  return present({
    Name: qualified(record.name).replace("*", "\\052"),
    Type: record.type,
    TTL: alias ? undefined : record.ttl,
    ResourceRecords: alias ? undefined : record.values.map((Value) => ({ Value })),
    AliasTarget: target,
  });
}

export const route53 = {
  GetHostedZone: operation(z.object({ Id: z.string() }), (call, { Id }) => {
    const zone = zoneById(call, Id);
    return {
      HostedZone: zoneAnswer(call, zone),
      DelegationSet: { NameServers: [...zone.nameServers] },
      VPCs: [],
    };
  }),
  ListHostedZonesByName: operation(
    z.object({ DNSName: z.string().optional(), MaxItems: z.coerce.number().optional() }),
    (call, { DNSName, MaxItems = 100 }) => {
      call.allow("route53:ListHostedZonesByName", "*");
      const from = DNSName === undefined ? "" : reversed(DNSName);
      const sorted = zones(call)
        .sort((a, b) => (reversed(a.name) < reversed(b.name) ? -1 : 1))
        .filter((zone) => reversed(zone.name) >= from);
      return {
        HostedZones: sorted.slice(0, MaxItems).map((zone) => zoneAnswer(call, zone)),
        IsTruncated: sorted.length > MaxItems,
        MaxItems: String(MaxItems),
      };
    },
  ),
  ListResourceRecordSets: operation(
    z.object({
      HostedZoneId: z.string(),
      StartRecordName: z.string().optional(),
      StartRecordType: z.string().optional(),
      MaxItems: z.coerce.number().optional(),
    }),
    (call, { HostedZoneId, StartRecordName, StartRecordType = "", MaxItems = 300 }) => {
      const bare = HostedZoneId.replace(/^\/?hostedzone\//, "");
      call.allow("route53:ListResourceRecordSets", `arn:aws:route53:::hostedzone/${bare}`);
      if (!call.world.collection(COLLECTIONS.zones).has(bare))
        throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${bare}`, 404);
      const order = (record: { name: string; type: string }): string =>
        `${reversed(record.name)} ${record.type}`;
      const from =
        StartRecordName === undefined ? "" : order({ name: StartRecordName, type: StartRecordType });
      const sorted = recordsOf(call, bare)
        .sort((a, b) => (order(a) < order(b) ? -1 : 1))
        .filter((record) => order(record) >= from);
      const next = sorted[MaxItems];
      return present({
        ResourceRecordSets: sorted.slice(0, MaxItems).map(recordAnswer),
        IsTruncated: next !== undefined,
        NextRecordName: next && qualified(next.name),
        NextRecordType: next?.type,
        MaxItems: String(MaxItems),
      });
    },
  ),
};
