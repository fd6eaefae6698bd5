import { AwsError } from "../../../../aws/contract.ts";
import { type BucketRecord, COLLECTIONS, type ObjectVersion } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";
import { type Attributes, ProviderError, type Value } from "../../../contract.ts";
import { flag, isSomething, strings, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";

export const S3 = { service: "S3" } as const;

export const buckets = (world: World) => world.collection<BucketRecord>(COLLECTIONS.buckets);

export function requireBucket(world: World, name: string): BucketRecord {
  const record = buckets(world).get(name);
  if (!record) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  return record;
}

/** The hosted zone of S3's website endpoints by region: AWS general reference, Amazon S3 endpoints. */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-2": "Z3BJ6K6RIION7M",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-central-1": "Z21DNDUVLTQW6Q",
};

/** What S3 sets up by itself in every new bucket. */
const BORN_WITH: Attributes = {
  grant: [{ id: "", permissions: ["FULL_CONTROL"], type: "CanonicalUser", uri: "" }],
  server_side_encryption_configuration: [
    {
      rule: [
        {
          apply_server_side_encryption_by_default: [{ kms_master_key_id: "", sse_algorithm: "AES256" }],
          bucket_key_enabled: false,
        },
      ],
    },
  ],
  versioning: [{ enabled: false, mfa_delete: false }],
};

/** Blocks that have become resources of their own; the provider still reads them back here. */
const OLD_BLOCKS = [
  "cors_rule",
  "grant",
  "lifecycle_rule",
  "logging",
  "object_lock_configuration",
  "replication_configuration",
  "server_side_encryption_configuration",
  "versioning",
  "website",
];

const oldBlocks = (values: Attributes): Attributes =>
  Object.fromEntries(
    OLD_BLOCKS.map((name): [string, Value] => [
      name,
      isSomething(values[name]) ? (values[name] as Value) : (BORN_WITH[name] ?? []),
    ]),
  );

const isName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..");

const recordOf = (values: Attributes, region: string, before?: BucketRecord): BucketRecord => ({
  name: text(values, "id"),
  arn: text(values, "arn"),
  region,
  versioning: before?.versioning ?? false,
  tags: strings(values, "tags_all"),
  configuration: before?.configuration ?? {},
  controlPlane: false,
});

const objectKeys = (world: World, name: string): string[] =>
  world
    .collection<ObjectVersion[]>(COLLECTIONS.objects)
    .keys()
    .filter((key) => key.startsWith(`${name}/`));

export const bucket: AwsTypeSpec = {
  ...S3,
  type: "aws_s3_bucket",
  title: "S3 Bucket",
  calls: { create: "CreateBucket", read: "HeadBucket", update: "PutBucketTagging", delete: "DeleteBucket" },
  forcesReplacement: ["bucket", "bucket_prefix", "bucket_namespace", "object_lock_enabled"],
  defaults: { force_destroy: false },
  computedBlocks: OLD_BLOCKS,
  unread: ["force_destroy"],
  validate: (configuration) => {
    const name = text(configuration, "bucket");
    if (name !== "" && !isName(name))
      throw new ProviderError(
        `only lowercase alphanumeric characters and hyphens allowed in "bucket": "${name}"`,
        ["bucket"],
      );
  },
  label: (values) => text(values, "bucket") || text(values, "id"),
  identify: (planned, { mint }) =>
    text(planned, "bucket") || `${text(planned, "bucket_prefix") || "terraform-"}${mint.hex(26)}`,
  arn: (values) => `arn:aws:s3:::${text(values, "id") || text(values, "bucket")}`,
  computed: (values, { context }) => {
    const name = text(values, "id");
    return {
      ...oldBlocks(values),
      bucket: name,
      bucket_prefix: text(values, "bucket_prefix"),
      bucket_namespace: text(values, "bucket_namespace") || "global",
      bucket_domain_name: `${name}.s3.amazonaws.com`,
      bucket_region: context.region,
      bucket_regional_domain_name: `${name}.s3.${context.region}.amazonaws.com`,
      acceleration_status: "",
      hosted_zone_id: HOSTED_ZONES[context.region] ?? "Z3AQBSTGFYJSTF",
      object_lock_enabled: flag(values, "object_lock_enabled"),
      policy: text(values, "policy"),
      request_payer: text(values, "request_payer") || "BucketOwner",
    };
  },
  refuseCreate: (values, context) => {
    if (buckets(context.world).has(text(values, "bucket")))
      throw new AwsError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        409,
      );
  },
  refuseDelete: (values, { world }) => {
    const name = text(values, "id");
    if (objectKeys(world, name).length > 0 && !flag(values, "force_destroy"))
      throw new AwsError(
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        409,
      );
  },
  created: (values, { context }) =>
    buckets(context.world).set(text(values, "id"), recordOf(values, context.region)),
  updated: (values, _, { context }) => {
    const before = buckets(context.world).get(text(values, "id"));
    buckets(context.world).set(text(values, "id"), recordOf(values, context.region, before));
    return undefined;
  },
  deleted: (values, { world }) => {
    const name = text(values, "id");
    for (const key of objectKeys(world, name)) world.collection(COLLECTIONS.objects).delete(key);
    buckets(world).delete(name);
  },
  observe: (values, { world }) => {
    const record = buckets(world).get(text(values, "id"));
    return record
      ? { tags_all: { ...record.tags }, versioning: [{ enabled: record.versioning, mfa_delete: false }] }
      : null;
  },
};
