import { COLLECTIONS, type RoleRecord } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { accountOf, callerArn, isRoot, roleName } from "../arn.ts";
import { AwsError, type Principal } from "../contract.ts";
import type { ConditionContext } from "../service.ts";
import type { Context } from "./conditions.ts";
import { decide } from "./policy.ts";

/** Services that answer a refusal with another code or status than AccessDeniedException and 400. */
const REFUSALS: Readonly<Record<string, { code: string; status: number }>> = {
  s3: { code: "AccessDenied", status: 403 },
  // SNS's own name for it: API reference of Publish, "AuthorizationError".
  sns: { code: "AuthorizationError", status: 403 },
  sts: { code: "AccessDenied", status: 403 },
  iam: { code: "AccessDenied", status: 403 },
  ec2: { code: "UnauthorizedOperation", status: 403 },
  elasticloadbalancing: { code: "AccessDenied", status: 403 },
  cloudwatch: { code: "AccessDenied", status: 403 },
  route53: { code: "AccessDenied", status: 403 },
  eks: { code: "AccessDeniedException", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
};

function contextOf(
  world: World,
  region: string,
  principal: Principal,
  role: RoleRecord | undefined,
  given: ConditionContext,
): Context {
  const context = new Map<string, readonly string[]>([
    ["aws:principalarn", [principal.roleArn]],
    ["aws:principalaccount", [accountOf(principal.roleArn)]],
    ["aws:principaltype", [isRoot(principal.roleArn) ? "Account" : "AssumedRole"]],
    ["aws:requestedregion", [region]],
    ["aws:currenttime", [new Date(world.clock.now()).toISOString()]],
    ["aws:epochtime", [String(Math.floor(world.clock.now() / 1000))]],
    ["aws:securetransport", ["true"]],
    ["aws:viaawsservice", ["false"]],
  ]);
  for (const [name, value] of Object.entries(role?.tags ?? {}))
    context.set(`aws:principaltag/${name.toLowerCase()}`, [value]);
  for (const [key, value] of Object.entries(given)) context.set(key.toLowerCase(), [value].flat());
  return context;
}

/** Why a role may not; undefined when it may. The words are those of AWS's message. */
function refusal(
  role: RoleRecord | undefined,
  action: string,
  resource: string,
  context: Context,
): string | undefined {
  const request = { action, resource, context };
  const identity = decide(Object.values(role?.policies ?? {}), request);
  const boundary =
    role?.permissionsBoundary === undefined ? "allow" : decide([role.permissionsBoundary], request);
  if (identity === "deny") return "with an explicit deny in an identity-based policy";
  if (boundary === "deny") return "with an explicit deny in a permissions boundary";
  if (identity === "none") return `because no identity-based policy allows the ${action} action`;
  if (boundary === "none") return `because no permissions boundary allows the ${action} action`;
  return undefined;
}

/**
 * Throws unless identity policies and permissions boundary of the caller's role let it do `action` on `resource`.
 * The account's root may do anything. Resource policies are looked at where they decide (Lambda, SNS), not here.
 */
export function authorize(
  world: World,
  region: string,
  principal: Principal,
  action: string,
  resource: string,
  given: ConditionContext = {},
): void {
  if (isRoot(principal.roleArn)) return;
  const role = world.collection<RoleRecord>(COLLECTIONS.roles).get(roleName(principal.roleArn));
  const context = contextOf(world, region, principal, role, given);
  const reason = refusal(role, action, resource, context);
  if (reason === undefined) return;
  const service = action.slice(0, action.indexOf(":")).toLowerCase();
  const { code, status } = REFUSALS[service] ?? { code: "AccessDeniedException", status: 400 };
  // S3 alone puts the resource in quotation marks.
  const named = service === "s3" ? `"${resource}"` : resource;
  throw new AwsError(
    code,
    `User: ${callerArn(principal)} is not authorized to perform: ${action} on resource: ${named} ${reason}`,
    status,
  );
}
