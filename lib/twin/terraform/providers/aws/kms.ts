import { AWS_COLLECTIONS, type KeyRecord } from "../../../aws/collections.ts";
import { AwsError } from "../../../aws/contract.ts";
import { COLLECTIONS } from "../../../world/records.ts";
import type { Json, World } from "../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError, UNKNOWN } from "../../contract.ts";
import { arnIn, count, flag, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type.ts";
import { documentOf } from "./policy-json.ts";
import { findResource, storeResource } from "./resource-store.ts";

const KMS = { service: "KMS" } as const;

const keys = (world: World) => world.collection<KeyRecord>(COLLECTIONS.kmsKeys);

/** A key by its id or ARN; AWS takes either. */
const keyId = (given: string): string => given.slice(given.lastIndexOf("/") + 1);

/** The policy of a key that none was given for: KMS developer guide, default key policy. */
const defaultPolicy = (context: ProviderContext): string =>
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
function refuseLockout(values: Attributes, context: ProviderContext): void {
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

const targetOf = (values: Attributes, context: ProviderContext): Attributes => {
  const id = keyId(text(values, "target_key_id"));
  return { target_key_arn: arnIn(context, "kms", `key/${id}`) };
};

function refuseMissingKey(values: Attributes, context: ProviderContext): void {
  const id = keyId(text(values, "target_key_id"));
  if (!keys(context.world).has(id))
    throw new AwsError("NotFoundException", `Key '${arnIn(context, "kms", `key/${id}`)}' does not exist`);
}

const noteAlias = (values: Attributes, context: ProviderContext): void => {
  const name = text(values, "name");
  const alias: Json = { name, arn: text(values, "arn"), keyId: keyId(text(values, "target_key_id")) };
  context.world.collection<Json>(AWS_COLLECTIONS.aliases).set(name, alias);
};

export const kmsAlias: AwsTypeSpec = {
  ...KMS,
  type: "aws_kms_alias",
  title: "KMS Alias",
  calls: { create: "CreateAlias", read: "ListAliases", update: "UpdateAlias", delete: "DeleteAlias" },
  forcesReplacement: ["name", "name_prefix"],
  validate: (configuration) => {
    const name = text(configuration, "name");
    if (name !== "" && !/^alias\/[a-zA-Z0-9/_-]+$/.test(name))
      throw new ProviderError(`"name" must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]`, [
        "name",
      ]);
  },
  // Either way of naming the key is the same key.
  refine: (planned, prior) => {
    const [wanted, had] = [text(planned, "target_key_id"), text(prior ?? {}, "target_key_id")];
    if (wanted !== "" && keyId(wanted) === keyId(had)) return { ...planned, target_key_id: had };
    return prior ? { ...planned, target_key_arn: UNKNOWN } : planned;
  },
  identify: (planned, { mint }) =>
    text(planned, "name") || `${text(planned, "name_prefix") || "alias/"}${mint.hex(26)}`,
  arn: (values, context) => arnIn(context, "kms", text(values, "id") || text(values, "name")),
  computed: (values, { context }) => ({
    name: values.id ?? null,
    name_prefix: text(values, "name_prefix"),
    ...targetOf(values, context),
  }),
  refuseCreate: (values, context) => {
    refuseMissingKey(values, context);
    const name = text(values, "name");
    if (context.world.collection(AWS_COLLECTIONS.aliases).has(name))
      throw new AwsError(
        "AlreadyExistsException",
        `An alias with the name ${arnIn(context, "kms", name)} already exists`,
      );
  },
  refuseUpdate: refuseMissingKey,
  created: (values, { context }) => noteAlias(values, context),
  updated: (values, _, { context }) => {
    noteAlias(values, context);
    return targetOf(values, context);
  },
  deleted: (values, context) => {
    context.world.collection(AWS_COLLECTIONS.aliases).delete(text(values, "name"));
  },
};

/** The policy of the key is one thing, whether set with the key or beside it. */
function setPolicy(values: Attributes, context: ProviderContext): void {
  const id = keyId(text(values, "key_id"));
  const policy = documentOf(text(values, "policy"), "policy");
  keys(context.world).update(id, (record) => ({ ...record, policy }));
  const key = findResource(context.world, "aws_kms_key", id);
  if (key) storeResource(context.world, "aws_kms_key", id, { ...key, policy: text(values, "policy") });
}

export const kmsKeyPolicy: AwsTypeSpec = {
  ...KMS,
  type: "aws_kms_key_policy",
  title: "KMS Key Policy",
  calls: { create: "PutKeyPolicy", read: "GetKeyPolicy", update: "PutKeyPolicy", delete: "PutKeyPolicy" },
  forcesReplacement: ["key_id"],
  defaults: { bypass_policy_lockout_safety_check: false },
  policies: ["policy"],
  label: (values) => text(values, "key_id"),
  identify: (planned) => text(planned, "key_id"),
  refuseCreate: (values, context) => {
    refuseLockout(values, context);
    if (!keys(context.world).has(keyId(text(values, "key_id"))))
      throw new AwsError("NotFoundException", `Key '${text(values, "key_id")}' does not exist`);
  },
  refuseUpdate: refuseLockout,
  created: (values, { context }) => setPolicy(values, context),
  updated: (values, _, { context }) => {
    setPolicy(values, context);
    return undefined;
  },
  deleted: (values, context) => {
    if (keys(context.world).has(keyId(text(values, "key_id"))))
      setPolicy({ ...values, policy: defaultPolicy(context) }, context);
  },
  observe: (values, context) => {
    const record = keys(context.world).get(keyId(text(values, "key_id")));
    return record ? { policy: JSON.stringify(record.policy ?? {}) } : null;
  },
};
