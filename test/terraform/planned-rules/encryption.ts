import { valueAt } from "../planned-layer.ts";
import { at, ofType } from "./documents.ts";
import type { PlacedResource, PlannedRule, Platform } from "./platform.ts";
import { statementsOf } from "./policies.ts";

/** The ARN of a key; what a provider made up for an attribute that was left out is none. */
const isKey = (value: unknown): boolean => /^arn:[^:]+:(kms|echo):/.test(String(value));

/** Settings of a bucket are resources of their own, tied to it by its name. */
export const settingsOf = (platform: Platform, bucket: PlacedResource, type: string): PlacedResource[] =>
  ofType(platform, type).filter(
    ({ layer, values }) =>
      layer === bucket.layer && [bucket.values.id, bucket.values.bucket].includes(values.bucket),
  );

const buckets = (platform: Platform): PlacedResource[] => ofType(platform, "aws_s3_bucket");

const unless = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);

export const encryptsBuckets: PlannedRule = (platform) =>
  buckets(platform).flatMap((bucket) => {
    const chosen = settingsOf(platform, bucket, "aws_s3_bucket_server_side_encryption_configuration").map(
      (setting) => valueAt(setting, "rule", 0, "apply_server_side_encryption_by_default", 0),
    );
    const good = chosen.filter(
      (choice) => at(choice, "sse_algorithm") === "aws:kms" && isKey(at(choice, "kms_master_key_id")),
    );
    return unless(good.length === 1, `${bucket.address} is not encrypted with a key of ours`);
  });

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

export const closesBuckets: PlannedRule = (platform) =>
  buckets(platform).flatMap((bucket) => {
    const [block] = settingsOf(platform, bucket, "aws_s3_bucket_public_access_block");
    return BLOCKS.flatMap((name) => unless(block?.values[name] === true, `${bucket.address} has no ${name}`));
  });

export const refusesPlainHttp: PlannedRule = (platform) =>
  buckets(platform).flatMap((bucket) => {
    const denied = statementsOf(settingsOf(platform, bucket, "aws_s3_bucket_policy")).filter(
      ({ allows, actions, principals, conditions, resources }) =>
        !allows &&
        actions.includes("s3:*") &&
        principals.includes("*") &&
        conditions.Bool?.["aws:SecureTransport"] === "false" &&
        resources.some((resource) => resource.endsWith("/*")) &&
        resources.some((resource) => !resource.endsWith("/*")),
    );
    return unless(denied.length > 0, `${bucket.address} answers without TLS`);
  });

export const versionsBuckets: PlannedRule = (platform) =>
  buckets(platform).flatMap((bucket) => {
    const [versioning] = settingsOf(platform, bucket, "aws_s3_bucket_versioning");
    return unless(
      valueAt(versioning, "versioning_configuration", 0, "status") === "Enabled",
      `${bucket.address} keeps no versions`,
    );
  });

export const encryptsVolumes: PlannedRule = (platform) => [
  ...ofType(platform, "aws_launch_template").flatMap((template) => {
    const devices = [valueAt(template, "block_device_mappings") ?? []].flat();
    return [
      ...unless(devices.length > 0, `${template.address} leaves its volumes to the image`),
      ...devices.flatMap((device, index) =>
        unless(
          String(at(device, "ebs", 0, "encrypted")) === "true" && isKey(at(device, "ebs", 0, "kms_key_id")),
          `${template.address} does not encrypt volume ${index} with a key of ours`,
        ),
      ),
    ];
  }),
  ...ofType(platform, "aws_ebs_volume").flatMap(({ address, values }) =>
    unless(values.encrypted === true && isKey(values.kms_key_id), `${address} is not encrypted`),
  ),
  ...ofType(platform, "kubernetes_storage_class_v1").flatMap((storageClass) =>
    unless(
      valueAt(storageClass, "parameters", "encrypted") === "true" &&
        isKey(valueAt(storageClass, "parameters", "kmsKeyId")),
      `${storageClass.address} makes volumes that are not encrypted with a key of ours`,
    ),
  ),
];

export const encryptsClusterSecrets: PlannedRule = (platform) =>
  ofType(platform, "aws_eks_cluster").flatMap((cluster) =>
    unless(
      at(valueAt(cluster, "encryption_config", 0, "resources"), 0) === "secrets" &&
        isKey(valueAt(cluster, "encryption_config", 0, "provider", 0, "key_arn")),
      `${cluster.address} keeps secrets without a key of ours`,
    ),
  );

/** Where each type names its key. SQS may do with its own. */
const KEYS: Readonly<Record<string, readonly (string | number)[]>> = {
  aws_backup_vault: ["kms_key_arn"],
  aws_cloudwatch_log_group: ["kms_key_id"],
  aws_db_instance: ["kms_key_id"],
  aws_dynamodb_table: ["server_side_encryption", 0, "kms_key_arn"],
  aws_ecr_repository: ["encryption_configuration", 0, "kms_key"],
  aws_efs_file_system: ["kms_key_id"],
  aws_secretsmanager_secret: ["kms_key_id"],
  aws_sns_topic: ["kms_master_key_id"],
};

export const encryptsStores: PlannedRule = (platform) => [
  ...platform.flatMap((resource) => {
    const path = KEYS[resource.type];
    return path ? unless(isKey(valueAt(resource, ...path)), `${resource.address} names no key`) : [];
  }),
  ...ofType(platform, "aws_sqs_queue").flatMap(({ address, values }) =>
    unless(
      values.sqs_managed_sse_enabled === true || isKey(values.kms_master_key_id),
      `${address} is not encrypted`,
    ),
  ),
  ...ofType(platform, "aws_ssm_parameter").flatMap(({ address, values }) =>
    unless(values.type === "SecureString", `${address} is kept in plain text`),
  ),
];

export const rotatesKeys: PlannedRule = (platform) =>
  ofType(platform, "aws_kms_key").flatMap(({ address, values }) => [
    ...unless(values.enable_key_rotation === true, `${address} never rotates`),
    ...unless(Number(values.deletion_window_in_days) >= 14, `${address} is gone soon after a mistake`),
  ]);

export const keepsLogsForATime: PlannedRule = (platform) =>
  ofType(platform, "aws_cloudwatch_log_group").flatMap(({ address, values }) =>
    unless(Number(values.retention_in_days) > 0, `${address} keeps logs for ever`),
  );
