import { AWS_COLLECTIONS } from "../../../../aws/collections.ts";
import { AwsError } from "../../../../aws/contract.ts";
import { COLLECTIONS, type RoleRecord } from "../../../../world/records.ts";
import type { Json, World } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, ProviderError } from "../../../contract.ts";
import { isoTime, strings, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { documentOf } from "../policy-json.ts";
import { findResource, resourcesOf } from "../resource-store.ts";
import { isAwsManaged } from "./managed-policies.ts";

export const IAM = { service: "IAM" } as const;

export const roles = (world: World) => world.collection<RoleRecord>(COLLECTIONS.roles);

/** The document of a managed policy that somebody in this account made; undefined when there is none. */
export function managedPolicy(world: World, arn: string): Json | undefined {
  const own = findResource(world, "aws_iam_policy", arn);
  if (own) return documentOf(text(own, "policy"), "policy");
  return world.collection<Json>(AWS_COLLECTIONS.managedPolicies).get(arn);
}

export function requireRole(world: World, name: string): RoleRecord {
  const role = roles(world).get(name);
  if (!role) throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  return role;
}

function trustOf(values: Attributes): Json {
  const trust = documentOf(text(values, "assume_role_policy"), "assume_role_policy");
  const statements = (trust as { Statement?: Json }).Statement;
  for (const statement of [statements ?? []].flat())
    if (typeof statement !== "object" || statement === null || !("Principal" in statement))
      throw new AwsError("MalformedPolicyDocument", "AssumeRolepolicy must contain a principal");
  return trust;
}

/** A role without the boundary that was asked for could do more than it should. */
function refuseBoundary(values: Attributes, context: ProviderContext): void {
  const arn = text(values, "permissions_boundary");
  if (arn === "" || isAwsManaged(arn) || managedPolicy(context.world, arn) !== undefined) return;
  throw new AwsError("NoSuchEntity", `Scope ARN: ${arn} does not exist or is not attachable.`, 404);
}

const boundaryOf = (
  values: Attributes,
  context: ProviderContext,
): Pick<RoleRecord, "permissionsBoundary"> => {
  const arn = text(values, "permissions_boundary");
  if (arn === "") return {};
  const document = managedPolicy(context.world, arn);
  return document === undefined ? {} : { permissionsBoundary: document };
};

const recordOf = (
  values: Attributes,
  context: ProviderContext,
  policies: RoleRecord["policies"],
): RoleRecord => ({
  name: text(values, "name"),
  arn: text(values, "arn"),
  assumeRolePolicy: trustOf(values),
  policies,
  ...boundaryOf(values, context),
  tags: strings(values, "tags_all"),
  controlPlane: false,
});

const arnOf = (values: Attributes, context: ProviderContext): string =>
  `arn:aws:iam::${context.aws.accountId}:role${text(values, "path") || "/"}${text(values, "id") || text(values, "name")}`;

const attachedTo = (values: Attributes, context: ProviderContext): string[] =>
  resourcesOf(context.world, "aws_iam_role_policy_attachment")
    .filter((attachment) => attachment.role === values.name)
    .map((attachment) => text(attachment, "policy_arn"))
    .sort();

export const role: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_role",
  title: "IAM Role",
  calls: { create: "CreateRole", read: "GetRole", update: "UpdateRole", delete: "DeleteRole" },
  forcesReplacement: ["name", "name_prefix", "path"],
  defaults: { force_detach_policies: false, max_session_duration: 3600, path: "/" },
  computedBlocks: ["inline_policy"],
  policies: ["assume_role_policy"],
  validate: (configuration) => {
    if (text(configuration, "name").length > 64)
      throw new ProviderError("expected length of name to be in the range (1 - 64)", ["name"]);
  },
  identify: (planned, { mint }) =>
    text(planned, "name") || `${text(planned, "name_prefix") || "terraform-"}${mint.hex(26)}`,
  arn: arnOf,
  computed: (values, { context, mint }) => ({
    name: values.id ?? null,
    name_prefix: text(values, "name_prefix"),
    create_date: isoTime(context),
    inline_policy: values.inline_policy ?? [],
    managed_policy_arns: values.managed_policy_arns ?? [],
    unique_id: `AROA${mint.letters(17)}`,
  }),
  refuseCreate: (values, context) => {
    const name = text(values, "name");
    if (roles(context.world).has(name))
      throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    trustOf(values);
    refuseBoundary(values, context);
  },
  refuseUpdate: refuseBoundary,
  refuseDelete: (values, context) => {
    const record = roles(context.world).get(text(values, "name"));
    if (!record || values.force_detach_policies === true || Object.keys(record.policies).length === 0) return;
    const kind = attachedTo(values, context).length > 0 ? "detach" : "delete";
    throw new AwsError("DeleteConflict", `Cannot delete entity, must ${kind} all policies first.`, 409);
  },
  created: (values, { context }) =>
    roles(context.world).set(text(values, "name"), recordOf(values, context, {})),
  updated: (values, _, { context }) => {
    const record = requireRole(context.world, text(values, "name"));
    roles(context.world).set(record.name, recordOf(values, context, record.policies));
    return undefined;
  },
  deleted: (values, context) => {
    roles(context.world).delete(text(values, "name"));
  },
  observe: (values, context) => {
    const record = roles(context.world).get(text(values, "name"));
    if (!record) return null;
    return {
      assume_role_policy: JSON.stringify(record.assumeRolePolicy),
      managed_policy_arns: attachedTo(values, context),
      tags_all: { ...record.tags },
    };
  },
};
