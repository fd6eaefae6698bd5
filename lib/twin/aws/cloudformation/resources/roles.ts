import { COLLECTIONS, type RoleRecord } from "../../../world/records.ts";
import type { Json, World } from "../../../world/world.ts";
import { roleName } from "../../arn.ts";
import { AWS_COLLECTIONS } from "../../collections.ts";
import { awsManagedPolicy } from "../../iam/managed-policies.ts";
import {
  digits,
  generatedName,
  listOf,
  memberOf,
  optionalText,
  type ResourceRequest,
  type ResourceType,
  requiredText,
  tagsOf,
} from "../resource-type.ts";

/** The document of a managed policy of this account or of AWS. @throws for one that is not known */
function managedPolicy(world: World, arn: string): Json {
  const own = world.collection<Json>(AWS_COLLECTIONS.managedPolicies).get(arn);
  return own ?? awsManagedPolicy(arn);
}

function rolePolicies({ world, properties }: ResourceRequest): RoleRecord["policies"] {
  const policies: RoleRecord["policies"] = {};
  for (const inline of listOf(properties.Policies))
    policies[String(memberOf(inline, "PolicyName"))] = memberOf(inline, "PolicyDocument") ?? null;
  for (const arn of listOf(properties.ManagedPolicyArns).map(String))
    policies[arn] = managedPolicy(world, arn);
  return policies;
}

const role: ResourceType = (request) => {
  const { world, accountId, properties } = request;
  const name = optionalText(properties.RoleName) ?? generatedName(request, 64);
  const arn = `arn:aws:iam::${accountId}:role${optionalText(properties.Path) ?? "/"}${name}`;
  const boundary = optionalText(properties.PermissionsBoundary);
  const record: RoleRecord = {
    name,
    arn,
    assumeRolePolicy: properties.AssumeRolePolicyDocument ?? null,
    // Policies of other resources follow: they depend on the role.
    policies: rolePolicies(request),
    ...(boundary === undefined ? {} : { permissionsBoundary: managedPolicy(world, boundary) }),
    tags: tagsOf(properties.Tags),
    controlPlane: true,
    region: request.region,
  };
  world.collection<RoleRecord>(COLLECTIONS.roles).set(name, record);
  const id = `AROA${digits(request, 17).toUpperCase()}`;
  return { id: name, attributes: { Arn: arn, RoleId: id }, owns: [[COLLECTIONS.roles, name]] };
};

function attach({ world, properties }: ResourceRequest, name: string): void {
  const roles = world.collection<RoleRecord>(COLLECTIONS.roles);
  for (const reference of listOf(properties.Roles))
    roles.update(roleName(String(reference)), (record) => ({
      ...record,
      policies: { ...record.policies, [name]: properties.PolicyDocument ?? null },
    }));
}

const policy: ResourceType = (request) => {
  const name = requiredText(request, "PolicyName");
  attach(request, name);
  return { id: name, attributes: {}, owns: [] };
};

const managed: ResourceType = (request) => {
  const { world, accountId, properties } = request;
  const name = optionalText(properties.ManagedPolicyName) ?? generatedName(request);
  const arn = `arn:aws:iam::${accountId}:policy${optionalText(properties.Path) ?? "/"}${name}`;
  world.collection<Json>(AWS_COLLECTIONS.managedPolicies).set(arn, properties.PolicyDocument ?? null);
  attach(request, arn);
  return { id: arn, attributes: { PolicyArn: arn }, owns: [[AWS_COLLECTIONS.managedPolicies, arn]] };
};

export const roleTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::IAM::Role": role,
  "AWS::IAM::Policy": policy,
  "AWS::IAM::ManagedPolicy": managed,
};
