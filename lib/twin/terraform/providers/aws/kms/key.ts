import type { KeyRecord } from "../../../../aws/collections.ts";
import { AwsError } from "../../../../aws/contract.ts";
import { COLLECTIONS } from "../../../../world/records.ts";
import type { World } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { arnIn, count, flag, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { documentOf } from "../policy-json.ts";

export const KMS = { service: "KMS" } as const;

export const keys = (world: World) => world.collection<KeyRecord>(COLLECTIONS.kmsKeys);

/** A key by its id or ARN; AWS takes either. */
export const keyId = (given: string): string => given.slice(given.lastIndexOf("/") + 1);

/** The policy of a key that none was given for: KMS developer guide, default key policy. */
export const defaultPolicy = (context: ProviderContext): string =>
  JSON.stringify({
    Id: "key-default-1",
    Statement: [
      {
        Action: "kms:*",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${context.aws.accountId}:root` },
        Resource: "*",
        Sid: "Enable IAM User Permissions",
      },
    ],
    Version: "2012-10-17",
  });

/** KMS refuses a policy under which nobody could change the policy again. */
export function refuseLockout(values: Attributes, context: ProviderContext): void {
  const policy = text(values, "policy");
  if (policy === "" || flag(values, "bypass_policy_lockout_safety_check")) return;
  const administers = policy.includes(`:iam::${context.aws.accountId}:`) || policy.includes('"AWS":"*"');
  if (!administers)
    throw new AwsError(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
}

const recordOf = (values: Attributes): KeyRecord => ({
  id: text(values, "key_id"),
  arn: text(values, "arn"),
  description: text(values, "description"),
  enabled: values.is_enabled !== false,
  usage: "ENCRYPT_DECRYPT",
  spec: text(values, "customer_master_key_spec") || "SYMMETRIC_DEFAULT",
  policy: documentOf(text(values, "policy"), "policy"),
  controlPlane: false,
});

export const kmsKey: AwsTypeSpec = {
  ...KMS,
  type: "aws_kms_key",
  title: "KMS Key",
  calls: { create: "CreateKey", read: "DescribeKey", update: "PutKeyPolicy", delete: "ScheduleKeyDeletion" },
  forcesReplacement: [
    "custom_key_store_id",
    "customer_master_key_spec",
    "key_usage",
    "multi_region",
    "xks_key_id",
  ],
  defaults: {
    bypass_policy_lockout_safety_check: false,
    customer_master_key_spec: "SYMMETRIC_DEFAULT",
    enable_key_rotation: false,
    is_enabled: true,
    key_usage: "ENCRYPT_DECRYPT",
  },
  policies: ["policy"],
  unread: ["bypass_policy_lockout_safety_check", "deletion_window_in_days"],
  validate: (configuration) => {
    const days = configuration.deletion_window_in_days;
    if (typeof days === "number" && (days < 7 || days > 30))
      throw new ProviderError(`expected deletion_window_in_days to be in the range (7 - 30), got ${days}`, [
        "deletion_window_in_days",
      ]);
  },
  identify: (_, { mint }) => mint.uuid(),
  label: (values) => text(values, "id") || "new",
  arn: (values, context) => arnIn(context, "kms", `key/${text(values, "id")}`),
  computed: (values, { context }) => ({
    key_id: values.id ?? null,
    description: text(values, "description"),
    multi_region: values.multi_region === true,
    policy: text(values, "policy") || defaultPolicy(context),
    // 365 days unless chosen: KMS API reference, EnableKeyRotation.
    rotation_period_in_days: flag(values, "enable_key_rotation")
      ? count(values, "rotation_period_in_days") || 365
      : 0,
  }),
  refuseCreate: refuseLockout,
  refuseUpdate: refuseLockout,
  created: (values, { context }) => keys(context.world).set(text(values, "key_id"), recordOf(values)),
  updated: (values, _, { context }) => {
    keys(context.world).set(text(values, "key_id"), recordOf(values));
    return undefined;
  },
  // A key is only scheduled for deletion; nothing can use it from then on.
  deleted: (values, context) => {
    keys(context.world).delete(text(values, "key_id"));
  },
  observe: (values, context) => {
    const record = keys(context.world).get(text(values, "key_id"));
    if (!record) return null;
    return {
      is_enabled: record.enabled,
      description: record.description,
      ...(record.policy === undefined ? {} : { policy: JSON.stringify(record.policy) }),
    };
  },
};
