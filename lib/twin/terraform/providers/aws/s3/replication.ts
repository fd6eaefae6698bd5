import { AwsError } from "../../../../aws/contract.ts";
import type { World } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { block, blocks, isSomething, text } from "../attributes.ts";
import { buckets, requireBucket } from "./bucket.ts";
import { member, settingOf } from "./setting.ts";

const invalid = (message: string): AwsError => new AwsError("InvalidRequest", message, 400);

const isVersioned = (world: World, name: string): boolean => buckets(world).get(name)?.versioning === true;

/** What S3 demands of a rule. @see Amazon S3 User Guide, "Requirements and considerations for replication" */
function refuseRule(rule: Attributes, world: World): void {
  if (isSomething(rule.filter) && !isSomething(rule.delete_marker_replication))
    throw invalid(
      "DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.",
    );
  const destination = block(rule, "destination");
  const bucket = text(destination, "bucket").replace(/^arn:aws:s3:::/, "");
  if (!buckets(world).has(bucket)) throw invalid("Destination bucket must exist.");
  if (!isVersioned(world, bucket)) throw invalid("Destination bucket must have versioning enabled.");
  const encrypted = block(block(rule, "source_selection_criteria"), "sse_kms_encrypted_objects");
  if (isSomething(destination?.encryption_configuration) && text(encrypted, "status") !== "Enabled")
    throw invalid("SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.");
}

function refuse(values: Attributes, { world }: ProviderContext): void {
  const bucket = text(values, "bucket");
  requireBucket(world, bucket);
  if (!isVersioned(world, bucket))
    throw invalid("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  for (const rule of blocks(values, "rule")) refuseRule(rule, world);
}

/** Accepted and kept, and what S3 would refuse is refused; objects move as the twin's S3 does. */
export const bucketReplication = settingOf({
  type: "aws_s3_bucket_replication_configuration",
  title: "S3 Bucket Replication Configuration",
  call: "BucketReplication",
  key: "replication",
  ...member("rule"),
  part: {
    validate: (configuration) => {
      for (const [index, rule] of blocks(configuration, "rule").entries())
        if (!["Enabled", "Disabled"].includes(text(rule, "status") || "Enabled"))
          throw new ProviderError(
            `expected rule.${index}.status to be one of ["Enabled" "Disabled"], got ${text(rule, "status")}`,
            ["rule", index, "status"],
          );
    },
    refuseCreate: refuse,
    refuseUpdate: refuse,
  },
  fill: (values) => ({
    rule: blocks(values, "rule").map((rule, index) => ({
      ...rule,
      id: text(rule, "id") || `tf-s3-replication-${index}`,
    })),
  }),
});
