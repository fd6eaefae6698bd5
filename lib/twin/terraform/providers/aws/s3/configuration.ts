import type { BucketRecord } from "../../../../world/records.ts";
import type { Json } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError, type Value } from "../../../contract.ts";
import { block, blocks, count, flag, isGiven, isSomething, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type.ts";
import { documentOf } from "../policy-json.ts";
import { buckets, requireBucket, S3 } from "./bucket.ts";

/** One side of a bucket that terraform keeps in a resource of its own. */
interface Setting {
  readonly type: string;
  readonly title: string;
  /** S3's operations are Get…, Put… and Delete… of this. */
  readonly call: string;
  /** Name among the bucket's configuration in the world. */
  readonly key: string;
  readonly part: Partial<AwsTypeSpec>;
  /** What the world keeps of the values. */
  keep(values: Attributes): Json;
  /** Back from the world; undefined members stay as terraform has them. */
  give(kept: Json): Attributes;
  /** Members that S3 fills in. */
  fill?(values: Attributes): Attributes;
  apply?(record: BucketRecord, values: Attributes | null): BucketRecord;
}

const plain = (value: Value | undefined): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

function put(setting: Setting, values: Attributes, context: ProviderContext): void {
  buckets(context.world).update(text(values, "bucket"), (record) => {
    const kept = {
      ...record,
      configuration: { ...record.configuration, [setting.key]: setting.keep(values) },
    };
    return setting.apply?.(kept, values) ?? kept;
  });
}

function drop(setting: Setting, values: Attributes, context: ProviderContext): void {
  if (!buckets(context.world).has(text(values, "bucket"))) return;
  buckets(context.world).update(text(values, "bucket"), (record) => {
    const configuration = { ...record.configuration };
    delete configuration[setting.key];
    return setting.apply?.({ ...record, configuration }, null) ?? { ...record, configuration };
  });
}

const settingOf = (setting: Setting): AwsTypeSpec => ({
  ...S3,
  type: setting.type,
  title: setting.title,
  calls: {
    create: `Put${setting.call}`,
    read: `Get${setting.call}`,
    update: `Put${setting.call}`,
    delete: `Delete${setting.call}`,
  },
  label: (values) => text(values, "bucket"),
  identify: (planned) => text(planned, "bucket"),
  arn: (values) => `arn:aws:s3:::${text(values, "bucket")}`,
  refuseCreate: (values, context) => {
    requireBucket(context.world, text(values, "bucket"));
  },
  created: (values, { context }) => put(setting, values, context),
  updated: (values, _, { context }) => {
    const filled = { ...values, ...setting.fill?.(values) };
    put(setting, filled, context);
    return filled;
  },
  computed: (values) => setting.fill?.(values) ?? {},
  deleted: (values, context) => drop(setting, values, context),
  observe: (values, context) => {
    const kept = buckets(context.world).get(text(values, "bucket"))?.configuration[setting.key];
    return kept === undefined ? null : setting.give(kept);
  },
  ...setting.part,
  forcesReplacement: ["bucket", ...(setting.part.forcesReplacement ?? [])],
});

const member = (name: string): Pick<Setting, "keep" | "give"> => ({
  keep: (values) => plain(values[name]),
  give: (kept) => ({ [name]: kept as Value }),
});

export const bucketVersioning = settingOf({
  type: "aws_s3_bucket_versioning",
  title: "S3 Bucket Versioning",
  call: "BucketVersioning",
  key: "versioning",
  ...member("versioning_configuration"),
  part: { forcesReplacement: ["expected_bucket_owner"] },
  fill: (values) => ({
    versioning_configuration: blocks(values, "versioning_configuration").map((given) => ({
      ...given,
      mfa_delete: text(given, "mfa_delete"),
    })),
  }),
  apply: (record, values) => ({
    ...record,
    versioning: values !== null && text(block(values, "versioning_configuration"), "status") === "Enabled",
  }),
});

/** A rule as S3 gives it back: a key id is only there for KMS, bucket keys are off unless asked for. */
const encryptionRule = (rule: Attributes): Attributes => ({
  ...rule,
  blocked_encryption_types: rule.blocked_encryption_types ?? [],
  bucket_key_enabled: flag(rule, "bucket_key_enabled"),
  apply_server_side_encryption_by_default: blocks(rule, "apply_server_side_encryption_by_default").map(
    (given) => ({
      ...given,
      kms_master_key_id: text(given, "kms_master_key_id"),
    }),
  ),
});

export const bucketEncryption = settingOf({
  type: "aws_s3_bucket_server_side_encryption_configuration",
  title: "S3 Bucket Server-side Encryption Configuration",
  call: "BucketEncryption",
  key: "encryption",
  ...member("rule"),
  part: { forcesReplacement: ["expected_bucket_owner"] },
  fill: (values) => ({ rule: blocks(values, "rule").map(encryptionRule) }),
});

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

export const bucketPublicAccessBlock = settingOf({
  type: "aws_s3_bucket_public_access_block",
  title: "S3 Bucket Public Access Block",
  call: "PublicAccessBlock",
  key: "publicAccessBlock",
  keep: (values) => Object.fromEntries(BLOCKS.map((name) => [name, flag(values, name)])),
  give: (kept) => kept as Attributes,
  part: { defaults: Object.fromEntries(BLOCKS.map((name) => [name, false])) },
});

export const bucketPolicy = settingOf({
  type: "aws_s3_bucket_policy",
  title: "S3 Bucket Policy",
  call: "BucketPolicy",
  key: "policy",
  keep: (values) => documentOf(text(values, "policy"), "policy"),
  give: (kept) => ({ policy: JSON.stringify(kept) }),
  part: { policies: ["policy"] },
});

export const bucketOwnershipControls = settingOf({
  type: "aws_s3_bucket_ownership_controls",
  title: "S3 Bucket Ownership Controls",
  call: "BucketOwnershipControls",
  key: "ownershipControls",
  ...member("rule"),
  part: {
    validate: (configuration) => {
      const ownership = text(block(configuration, "rule"), "object_ownership");
      if (
        ownership !== "" &&
        !["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"].includes(ownership)
      )
        throw new ProviderError(
          `expected rule.0.object_ownership to be one of ["BucketOwnerPreferred" "ObjectWriter" "BucketOwnerEnforced"], got ${ownership}`,
          ["rule", 0, "object_ownership"],
        );
    },
  },
});

/** Members of a lifecycle rule that S3 gives back as nothing when they were not given. */
const lifecycleRule = (rule: Attributes): Attributes => ({
  ...rule,
  prefix: text(rule, "prefix"),
  filter: isSomething(rule.filter) ? blocks(rule, "filter").map(lifecycleFilter) : [],
  expiration: blocks(rule, "expiration").map((given) => ({
    ...given,
    days: count(given, "days"),
    expired_object_delete_marker: flag(given, "expired_object_delete_marker"),
  })),
  transition: blocks(rule, "transition").map((given) => ({ ...given, days: count(given, "days") })),
});

const lifecycleFilter = (given: Attributes): Attributes => ({
  ...given,
  prefix: isGiven(given.prefix) ? (given.prefix as Value) : "",
});

export const bucketLifecycle = settingOf({
  type: "aws_s3_bucket_lifecycle_configuration",
  title: "S3 Bucket Lifecycle Configuration",
  call: "BucketLifecycleConfiguration",
  key: "lifecycle",
  ...member("rule"),
  part: {
    forcesReplacement: ["expected_bucket_owner"],
    validate: (configuration) => {
      for (const [index, rule] of blocks(configuration, "rule").entries())
        if (!["Enabled", "Disabled"].includes(text(rule, "status") || "Enabled"))
          throw new ProviderError(
            `Attribute rule[${index}].status value must be one of: ["Enabled" "Disabled"], got: "${text(rule, "status")}"`,
            ["rule", index, "status"],
          );
    },
  },
  fill: (values) => ({
    expected_bucket_owner: text(values, "expected_bucket_owner"),
    transition_default_minimum_object_size:
      text(values, "transition_default_minimum_object_size") || "all_storage_classes_128K",
    rule: blocks(values, "rule").map(lifecycleRule),
  }),
});
