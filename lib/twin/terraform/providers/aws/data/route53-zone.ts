import { COLLECTIONS, type DnsRecord, type ZoneRecord } from "../../../../world/records.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { flag, strings, text } from "../attributes.ts";
import { findResource } from "../resource-store.ts";
import { bareName } from "../route53/collections.ts";
import { awsData } from "./aws-data.ts";
import { hasTags } from "./tag-match.ts";

/** By id, or by its name among the public ones: what policies name. Those that list, list all. */
const arnOf = (given: Attributes, { world }: ProviderContext): string => {
  const zone = world
    .collection<ZoneRecord>(COLLECTIONS.zones)
    .values()
    .find(({ id, name }) => id === text(given, "zone_id") || name === bareName(text(given, "name")));
  return zone ? `arn:aws:route53:::hostedzone/${zone.id}` : "*";
};

export const route53Zone = awsData(
  "aws_route53_zone",
  "Route 53 Hosted Zone",
  "Route 53",
  (given, { world }) => {
    const found = world
      .collection<ZoneRecord>(COLLECTIONS.zones)
      .values()
      .filter((zone) => text(given, "zone_id") === "" || zone.id === text(given, "zone_id"))
      .filter((zone) => text(given, "name") === "" || zone.name === bareName(text(given, "name")))
      .filter((zone) => hasTags(zone.tags, strings(given, "tags")))
      .filter(() => !flag(given, "private_zone"));
    const [zone] = found;
    if (!zone) throw new ProviderError("no matching Route 53 Hosted Zone found");
    if (found.length > 1)
      throw new ProviderError(
        "multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone",
      );
    const records = world.collection<DnsRecord>(COLLECTIONS.dnsRecords).values();
    return {
      id: zone.id,
      zone_id: zone.id,
      arn: `arn:aws:route53:::hostedzone/${zone.id}`,
      name: zone.name,
      name_servers: [...zone.nameServers].sort(),
      primary_name_server: zone.nameServers[0] ?? "",
      // The NS and SOA records at the top, and the rest.
      resource_record_set_count: 2 + records.filter((record) => record.zoneId === zone.id).length,
      private_zone: false,
      caller_reference: "",
      comment: text(findResource(world, "aws_route53_zone", zone.id), "comment"),
      tags: zone.tags,
    };
  },
  "ListHostedZones",
  arnOf,
);
