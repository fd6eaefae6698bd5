import { AwsError } from "../../../../aws/contract.ts";
import type { DnsRecord } from "../../../../world/records.ts";
import { flag, strings, text, texts } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type-spec.ts";
import { bareName, ROUTE53, records, recordsIn, zones } from "./collections.ts";

/** A zone's four name servers, one under each of Route 53's domains. */
const nameServers = ({ mint }: Deed): string[] =>
  ["com", "net", "org", "co.uk"].map((domain, index) => {
    const number = 512 * index + mint.number(512, domain);
    const cell = String(mint.number(64, `cell ${domain}`)).padStart(2, "0");
    return `ns-${number}.awsdns-${cell}.${domain}`;
  });

/** NS and SOA at the top come with the zone and do not keep it from being deleted. */
const isOwn = (zone: string, record: DnsRecord): boolean =>
  bareName(record.name) === bareName(zone) && (record.type === "NS" || record.type === "SOA");

export const zone: AwsTypeSpec = {
  ...ROUTE53,
  type: "aws_route53_zone",
  title: "Route 53 Hosted Zone",
  calls: {
    create: "CreateHostedZone",
    read: "GetHostedZone",
    update: "UpdateHostedZoneComment",
    delete: "DeleteHostedZone",
  },
  forcesReplacement: ["name", "delegation_set_id"],
  defaults: { comment: "Managed by Terraform", force_destroy: false },
  refine: (planned) =>
    text(planned, "name") === "" ? planned : { ...planned, name: bareName(text(planned, "name")) },
  identify: (_, { mint }) => `Z${mint.letters(20)}`,
  arn: (values) => `arn:aws:route53:::hostedzone/${text(values, "id")}`,
  computed: (values, deed) => {
    const servers = nameServers(deed);
    return {
      zone_id: values.id ?? null,
      name_servers: [...servers].sort(),
      primary_name_server: servers[0] ?? "",
      enable_accelerated_recovery: flag(values, "enable_accelerated_recovery"),
    };
  },
  created: (values, { context }) =>
    zones(context.world).set(text(values, "id"), {
      id: text(values, "id"),
      name: bareName(text(values, "name")),
      nameServers: texts(values, "name_servers"),
      createdAt: context.world.clock.now(),
      tags: strings(values, "tags_all"),
    }),
  updated: (values, _, { context }) => {
    zones(context.world).update(text(values, "id"), (record) => ({
      ...record,
      tags: strings(values, "tags_all"),
    }));
    return undefined;
  },
  refuseDelete: (values, context) => {
    const left = recordsIn(context.world, text(values, "id")).filter(
      (record) => !isOwn(text(values, "name"), record),
    );
    if (left.length > 0 && !flag(values, "force_destroy"))
      throw new AwsError(
        "HostedZoneNotEmpty",
        "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      );
  },
  deleted: (values, context) => {
    const id = text(values, "id");
    for (const [key, record] of records(context.world).entries())
      if (record.zoneId === id) records(context.world).delete(key);
    zones(context.world).delete(id);
  },
  observe: (values, context) => {
    const record = zones(context.world).get(text(values, "id"));
    return record
      ? { name: record.name, name_servers: [...record.nameServers].sort(), tags_all: { ...record.tags } }
      : null;
  },
  import: (id) => ({ id, zone_id: id }),
};
