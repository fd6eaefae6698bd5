import { Stack, Validations } from "aws-cdk-lib";
import { type Conditions, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

/** What a role may do. A wildcard in it needs `because`; without one the security check fails the synth. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  readonly because?: string;
}

/** Writes the grants into the role's own policy, each wildcard with its reason. */
export function grant(role: IRole, ...grants: readonly Grant[]): void {
  for (const each of grants) role.addToPrincipalPolicy(statementOf(each));
  acknowledgeWildcards(role, grants);
}

export function statementOf({ actions, resources, conditions }: Grant): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions ? { conditions } : {}),
  });
}

/** Writes each argued wildcard down where the security check looks for it: at the role or policy itself. */
export function acknowledgeWildcards(scope: IConstruct, grants: readonly Grant[]): void {
  const stack = Stack.of(scope);
  for (const { actions, resources, because } of grants) {
    if (!because) continue;
    const findings = [
      ...actions.filter((action) => action.includes("*")).map((action) => `Action::${action}`),
      ...resources
        .map((resource) => flatten(stack.resolve(resource)))
        .filter((resource) => resource.includes("*"))
        .map((resource) => `Resource::${resource}`),
    ];
    for (const finding of findings)
      Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason: because });
  }
}

/** A resolved ARN as the check spells it: references in angle brackets. */
function flatten(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  if ("Ref" in value) return `<${String(value.Ref)}>`;
  if ("Fn::GetAtt" in value && Array.isArray(value["Fn::GetAtt"]))
    return `<${value["Fn::GetAtt"].map(flatten).join(".")}>`;
  if ("Fn::Join" in value && Array.isArray(value["Fn::Join"])) {
    const [delimiter, parts] = value["Fn::Join"] as [string, unknown[]];
    return parts.map(flatten).join(delimiter);
  }
  return JSON.stringify(value);
}
