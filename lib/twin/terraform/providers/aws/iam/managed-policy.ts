import { AwsError } from "../../../../aws/contract.ts";
import type { Json } from "../../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { findResource } from "../resource-store.ts";
import { isAwsManaged } from "./managed-policies.ts";
import { attachmentsOf, dropPolicy, LIMITS, parsePolicy, setPolicy } from "./policy-records.ts";
import { IAM, managedPolicy, requireRole, roles } from "./roles.ts";

/** A changed managed policy changes every role that it is attached to. */
function spread(values: Attributes, context: ProviderContext): void {
  const arn = text(values, "arn");
  for (const attachment of attachmentsOf(arn, context))
    setPolicy(context.world, text(attachment, "role"), arn, parsePolicy(values, LIMITS.managed));
}

export const policy: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_policy",
  title: "IAM Policy",
  calls: { create: "CreatePolicy", read: "GetPolicy", update: "CreatePolicyVersion", delete: "DeletePolicy" },
  forcesReplacement: ["description", "name", "name_prefix", "path"],
  defaults: { path: "/" },
  policies: ["policy"],
  identify: (planned, { context, mint }) => {
    const name = text(planned, "name") || `${text(planned, "name_prefix") || "terraform-"}${mint.hex(26)}`;
    return `arn:aws:iam::${context.aws.accountId}:policy${text(planned, "path") || "/"}${name}`;
  },
  arn: (values) => text(values, "id"),
  computed: (values, { mint }) => ({
    name: text(values, "id").slice(text(values, "id").lastIndexOf("/") + 1),
    name_prefix: text(values, "name_prefix"),
    attachment_count: 0,
    policy_id: `ANPA${mint.letters(17)}`,
  }),
  refuseCreate: (values, context) => {
    parsePolicy(values, LIMITS.managed);
    const arn = `arn:aws:iam::${context.aws.accountId}:policy${text(values, "path") || "/"}${text(values, "name")}`;
    if (findResource(context.world, "aws_iam_policy", arn))
      throw new AwsError(
        "EntityAlreadyExists",
        `A policy called ${text(values, "name")} already exists. Duplicate names are not allowed.`,
        409,
      );
  },
  refuseDelete: (values, context) => {
    if (attachmentsOf(text(values, "arn"), context).length > 0)
      throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
  },
  updated: (values, _, { context }) => {
    spread(values, context);
    return undefined;
  },
  observe: (values, context) => ({ attachment_count: attachmentsOf(text(values, "arn"), context).length }),
};

const NO_PERMISSIONS: Json = { Version: "2012-10-17", Statement: [] };

export const rolePolicyAttachment: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_role_policy_attachment",
  title: "IAM Role Policy Attachment",
  calls: {
    create: "AttachRolePolicy",
    read: "ListAttachedRolePolicies",
    update: "AttachRolePolicy",
    delete: "DetachRolePolicy",
  },
  forcesReplacement: ["policy_arn", "role"],
  label: (values) => `${text(values, "role")}/${text(values, "policy_arn")}`,
  identify: (planned) => `${text(planned, "role")}/${text(planned, "policy_arn")}`,
  arn: (values, context) => `arn:aws:iam::${context.aws.accountId}:role/${text(values, "role")}`,
  refuseCreate: (values, context) => {
    requireRole(context.world, text(values, "role"));
    const arn = text(values, "policy_arn");
    if (!isAwsManaged(arn) && managedPolicy(context.world, arn) === undefined)
      throw new AwsError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
  },
  created: (values, { context }) => {
    const arn = text(values, "policy_arn");
    setPolicy(context.world, text(values, "role"), arn, managedPolicy(context.world, arn) ?? NO_PERMISSIONS);
  },
  deleted: (values, context) => dropPolicy(context.world, text(values, "role"), text(values, "policy_arn")),
  observe: (values, context) => {
    const record = roles(context.world).get(text(values, "role"));
    return record && text(values, "policy_arn") in record.policies ? {} : null;
  },
  import: (id) => {
    const [role = "", ...arn] = id.split("/");
    return { id, role, policy_arn: arn.join("/") };
  },
};
