import { AwsError } from "../../../../aws/contract.ts";
import type { RoleRecord } from "../../../../world/records.ts";
import type { Json, World } from "../../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type.ts";
import { documentOf } from "../policy-json.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { isAwsManaged } from "./managed-policies.ts";
import { IAM, managedPolicy, requireRole, roles } from "./roles.ts";

/** IAM's limits without blanks: 10,240 characters a role's inline policies, 6,144 a managed policy. */
const LIMITS = { inline: 10_240, managed: 6_144 } as const;

function parsePolicy(values: Attributes, limit: number): Json {
  const document = documentOf(text(values, "policy"), "policy");
  const size = JSON.stringify(document).length;
  if (size > limit) throw new AwsError("LimitExceeded", `Cannot exceed quota for PolicySize: ${limit}`, 409);
  const statements = (document as { Statement?: Json }).Statement;
  for (const statement of [statements ?? []].flat())
    if (typeof statement === "object" && statement !== null && "Principal" in statement)
      throw new AwsError("MalformedPolicyDocument", "Policy document should not specify a principal.");
  return document;
}

const setPolicy = (world: World, role: string, name: string, document: Json): void => {
  roles(world).update(role, (record) => ({ ...record, policies: { ...record.policies, [name]: document } }));
};

const dropPolicy = (world: World, role: string, name: string): void => {
  if (!roles(world).has(role)) return;
  roles(world).update(role, (record) => {
    const policies: RoleRecord["policies"] = { ...record.policies };
    delete policies[name];
    return { ...record, policies };
  });
};

/** Key of an inline policy among a role's policies, where attached ones stand under their ARN. */
const inline = (values: Attributes): string => text(values, "name");

export const rolePolicy: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_role_policy",
  title: "IAM Role Policy",
  calls: {
    create: "PutRolePolicy",
    read: "GetRolePolicy",
    update: "PutRolePolicy",
    delete: "DeleteRolePolicy",
  },
  forcesReplacement: ["name", "name_prefix", "role"],
  policies: ["policy"],
  identify: (planned, { mint }) => {
    const name = text(planned, "name") || `${text(planned, "name_prefix") || "terraform-"}${mint.hex(26)}`;
    return `${text(planned, "role")}:${name}`;
  },
  arn: (values, context) => `arn:aws:iam::${context.aws.accountId}:role/${text(values, "role")}`,
  computed: (values) => ({
    name: text(values, "id").split(":")[1] ?? "",
    name_prefix: text(values, "name_prefix"),
  }),
  refuseCreate: (values, context) => {
    requireRole(context.world, text(values, "role"));
    parsePolicy(values, LIMITS.inline);
  },
  refuseUpdate: (values) => {
    parsePolicy(values, LIMITS.inline);
  },
  created: (values, { context }) =>
    setPolicy(context.world, text(values, "role"), inline(values), parsePolicy(values, LIMITS.inline)),
  updated: (values, _, { context }) => {
    setPolicy(context.world, text(values, "role"), inline(values), parsePolicy(values, LIMITS.inline));
    return undefined;
  },
  deleted: (values, context) => dropPolicy(context.world, text(values, "role"), inline(values)),
  observe: (values, context) => {
    const document = roles(context.world).get(text(values, "role"))?.policies[inline(values)];
    return document === undefined ? null : { policy: JSON.stringify(document) };
  },
};

const attachmentsOf = (arn: string, context: ProviderContext): Attributes[] =>
  resourcesOf(context.world, "aws_iam_role_policy_attachment").filter(
    (attachment) => attachment.policy_arn === arn,
  );

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

const hostOf = (url: string): string => url.replace(/^https:\/\//, "");

export const openidConnectProvider: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_openid_connect_provider",
  title: "IAM OIDC Provider",
  calls: {
    create: "CreateOpenIDConnectProvider",
    read: "GetOpenIDConnectProvider",
    update: "AddClientIDToOpenIDConnectProvider",
    delete: "DeleteOpenIDConnectProvider",
  },
  forcesReplacement: ["url"],
  label: (values) => text(values, "url"),
  // IAM keeps the address without its scheme.
  refine: (planned, prior) => {
    const had = text(prior ?? {}, "url");
    return had !== "" && hostOf(text(planned, "url")) === hostOf(had) ? { ...planned, url: had } : planned;
  },
  identify: (planned, { context }) =>
    `arn:aws:iam::${context.aws.accountId}:oidc-provider/${hostOf(text(planned, "url"))}`,
  arn: (values) => text(values, "id"),
  computed: (values, { mint }) => ({ thumbprint_list: values.thumbprint_list ?? [mint.hex(40)] }),
  refuseCreate: (values, context) => {
    const arn = `arn:aws:iam::${context.aws.accountId}:oidc-provider/${hostOf(text(values, "url"))}`;
    if (findResource(context.world, "aws_iam_openid_connect_provider", arn))
      throw new AwsError(
        "EntityAlreadyExists",
        `Provider with url ${text(values, "url")} already exists.`,
        409,
      );
  },
};
