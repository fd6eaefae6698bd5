import { AwsError } from "../../../../aws/contract.ts";
import type { RoleRecord } from "../../../../world/records.ts";
import type { Json, World } from "../../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { text } from "../attributes.ts";
import { documentOf } from "../policy-json.ts";
import { resourcesOf } from "../resource-store.ts";
import { roles } from "./roles.ts";

/** IAM's limits without blanks: 10,240 characters a role's inline policies, 6,144 a managed policy. */
export const LIMITS = { inline: 10_240, managed: 6_144 } as const;

export function parsePolicy(values: Attributes, limit: number): Json {
  const document = documentOf(text(values, "policy"), "policy");
  const size = JSON.stringify(document).length;
  if (size > limit) throw new AwsError("LimitExceeded", `Cannot exceed quota for PolicySize: ${limit}`, 409);
  const statements = (document as { Statement?: Json }).Statement;
  for (const statement of [statements ?? []].flat())
    if (typeof statement === "object" && statement !== null && "Principal" in statement)
      throw new AwsError("MalformedPolicyDocument", "Policy document should not specify a principal.");
  return document;
}

export const setPolicy = (world: World, role: string, name: string, document: Json): void => {
  roles(world).update(role, (record) => ({ ...record, policies: { ...record.policies, [name]: document } }));
};

export const dropPolicy = (world: World, role: string, name: string): void => {
  if (!roles(world).has(role)) return;
  roles(world).update(role, (record) => {
    const policies: RoleRecord["policies"] = { ...record.policies };
    delete policies[name];
    return { ...record, policies };
  });
};

export const attachmentsOf = (arn: string, context: ProviderContext): Attributes[] =>
  resourcesOf(context.world, "aws_iam_role_policy_attachment").filter(
    (attachment) => attachment.policy_arn === arn,
  );
