import { AwsError } from "../../../../aws/contract.ts";
import type { DnsRecord } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";
import {
  type Attributes,
  type Operation,
  type ProviderContext,
  ProviderError,
  UNKNOWN,
} from "../../../contract.ts";
import { block, count, flag, isSomething, text, texts } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { bareName, ROUTE53, records, recordsIn, zones } from "./collections.ts";

/** A change made now answers at all authoritative servers 30 s later. @see docs/latencies.md, "AWS resources" */
const INSYNC_MILLISECONDS = 30_000;

/** The full name: relative names are of the zone. */
function fqdn(values: Attributes, world: World): string {
  const name = bareName(text(values, "name"));
  const home = zones(world).get(text(values, "zone_id"))?.name ?? "";
  return home === "" || name === home || name.endsWith(`.${home}`)
    ? name
    : [name, home].filter(Boolean).join(".");
}

const keyOf = (values: Attributes, world: World): string =>
  `${text(values, "zone_id")}/${fqdn(values, world)}/${text(values, "type")}/${text(values, "set_identifier") || "-"}`;

function recordOf(values: Attributes, context: ProviderContext, insyncAt: number): DnsRecord {
  const target = block(values, "alias");
  const failover = text(block(values, "failover_routing_policy"), "type");
  return {
    zoneId: text(values, "zone_id"),
    name: fqdn(values, context.world),
    type: text(values, "type"),
    ttl: count(values, "ttl"),
    values: texts(values, "records").sort(),
    ...(target
      ? {
          alias: {
            dnsName: bareName(text(target, "name")),
            zoneId: text(target, "zone_id"),
            evaluateTargetHealth: flag(target, "evaluate_target_health"),
          },
        }
      : {}),
    ...(failover === "PRIMARY" || failover === "SECONDARY" ? { failover } : {}),
    insyncAt,
  };
}

const write = (values: Attributes, context: ProviderContext): void => {
  const at = context.world.clock.now() + INSYNC_MILLISECONDS;
  records(context.world).set(keyOf(values, context.world), recordOf(values, context, at));
};

/** Once the order of the apply is known, the change is in sync when the operation has waited for it. */
function insync(values: Attributes, context: ProviderContext): Operation["settle"] {
  const key = keyOf(values, context.world);
  return (_, endsAt) => {
    if (records(context.world).has(key))
      records(context.world).update(key, (record) => ({ ...record, insyncAt: endsAt }));
  };
}

const samePlace = (a: Attributes, b: Attributes): boolean =>
  ["name", "type", "set_identifier"].every((name) => bareName(text(a, name)) === bareName(text(b, name)));

export const record: AwsTypeSpec = {
  ...ROUTE53,
  type: "aws_route53_record",
  title: "Route 53 Record",
  calls: {
    create: "ChangeResourceRecordSets",
    read: "ListResourceRecordSets",
    update: "ChangeResourceRecordSets",
    delete: "ChangeResourceRecordSets",
  },
  forcesReplacement: ["name", "set_identifier", "zone_id"],
  validate: (configuration) => {
    const [alias, values] = [isSomething(configuration.alias), isSomething(configuration.records)];
    // What is unknown may still turn out to be left out.
    if (alias && values && ![configuration.alias, configuration.records].includes(UNKNOWN))
      throw new ProviderError('Conflicting configuration arguments\n"records": conflicts with alias', [
        "records",
      ]);
    if (!alias && !values)
      throw new ProviderError("Invalid combination of arguments\none of `alias,records` must be specified");
    if (values && !isSomething(configuration.ttl) && configuration.records !== UNKNOWN)
      throw new ProviderError(
        'Missing required argument\n"records": all of `records,ttl` must be specified',
        ["ttl"],
      );
  },
  // Case and trailing dots mean nothing in names, and Route 53 gives them back without.
  refine: (planned, prior) => {
    const same = prior !== null && bareName(text(prior, "name")) === bareName(text(planned, "name"));
    const name = same ? text(prior ?? {}, "name") : bareName(text(planned, "name"));
    const moved = prior !== null && !samePlace(planned, prior);
    if (text(planned, "name") === "") return planned;
    return { ...planned, name, ...(moved ? { id: UNKNOWN, fqdn: UNKNOWN } : {}) };
  },
  label: (values) => text(values, "name"),
  identify: (planned) => idOf(planned),
  arn: (values) => `arn:aws:route53:::hostedzone/${text(values, "zone_id")}`,
  computed: (values, { context }) => ({
    fqdn: fqdn(values, context.world),
    allow_overwrite: values.allow_overwrite ?? null,
  }),
  refuseCreate: (values, context) => refuseRecord(values, context),
  created: (values, { context }) => write(values, context),
  updated: (values, prior, { context }) => {
    records(context.world).delete(keyOf(prior, context.world));
    write(values, context);
    return { id: idOf(values), fqdn: fqdn(values, context.world) };
  },
  deleted: (values, context) => {
    records(context.world).delete(keyOf(values, context.world));
  },
  settle: (action, values, context) => (action === "delete" ? undefined : insync(values, context)),
  observe: (values, context) => {
    const found = records(context.world).get(keyOf(values, context.world));
    return found ? observed(found, values) : null;
  },
};

const idOf = (values: Attributes): string =>
  [
    text(values, "zone_id"),
    bareName(text(values, "name")),
    text(values, "type"),
    text(values, "set_identifier"),
  ]
    .filter((part, index) => index < 3 || part !== "")
    .join("_");

function refuseRecord(values: Attributes, context: ProviderContext): void {
  const { world } = context;
  if (!zones(world).has(text(values, "zone_id")))
    throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${text(values, "zone_id")}`, 404);
  const [name, type] = [fqdn(values, world), text(values, "type")];
  if (flag(values, "allow_overwrite")) return;
  if (records(world).has(keyOf(values, world)))
    throw new AwsError(
      "InvalidChangeBatch",
      `[Tried to create resource record set [name='${name}.', type='${type}'] but it already exists]`,
    );
  const others = recordsIn(world, text(values, "zone_id")).filter((other) => other.name === name);
  if (others.some((other) => (other.type === "CNAME") !== (type === "CNAME")))
    throw new AwsError(
      "InvalidChangeBatch",
      `[RRSet of type ${type} with DNS name ${name}. is not permitted because a conflicting RRSet of type ${others[0]?.type} with the same DNS name already exists in zone]`,
    );
}

function observed(found: DnsRecord, values: Attributes): Attributes {
  if (!found.alias) return { alias: [], records: found.values, ttl: found.ttl, fqdn: found.name };
  const given = text(block(values, "alias"), "name");
  const name = bareName(given) === found.alias.dnsName ? given : found.alias.dnsName;
  return {
    alias: [{ name, zone_id: found.alias.zoneId, evaluate_target_health: found.alias.evaluateTargetHealth }],
    records: null,
    ttl: null,
    fqdn: found.name,
  };
}
