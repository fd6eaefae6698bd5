import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { documentOf } from "../policy-json.ts";
import { findResource, storeResource } from "../resource-store.ts";
import { defaultPolicy, KMS, keyId, keys, refuseLockout } from "./key.ts";

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
