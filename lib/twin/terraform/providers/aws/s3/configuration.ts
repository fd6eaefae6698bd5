import { type Attributes, ProviderError } from "../../../contract.ts";
import { block, blocks, flag, text } from "../attributes.ts";
import { documentOf } from "../policy-json.ts";
import { member, settingOf } from "./setting.ts";

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
