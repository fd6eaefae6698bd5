/** What stands in a template, as people read it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

/** References become their targets' names in angle brackets, joins become text. */
export function flat(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("Ref" in value) return `<${String(value.Ref)}>`;
  if ("Fn::GetAtt" in value) return `<${(value["Fn::GetAtt"] as string[]).join(".")}>`;
  if ("Fn::Join" in value) return (value["Fn::Join"] as [string, unknown[]])[1].map(flat).join("");
  return JSON.stringify(value);
}

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
}

const many = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

export function statementsIn(document: unknown): Statement[] {
  return many((document as { Statement: unknown }).Statement).map((raw) => {
    const statement = raw as {
      Effect: "Allow" | "Deny";
      Action: unknown;
      Resource: unknown;
      Condition?: unknown;
    };
    return {
      effect: statement.Effect,
      actions: many(statement.Action).map(String),
      resources: many(statement.Resource).map(flat),
      condition: statement.Condition,
    };
  });
}

/** Everything that a role, by its name, is allowed or denied by its own policies. */
export function statementsOf(resources: Record<string, Resource>, roleName: string): Statement[] {
  const [id] = Object.entries(resources).find(([, each]) => each.Properties.RoleName === roleName) ?? [];
  if (!id) throw new Error(`no role ${roleName}`);
  return Object.values(resources)
    .filter((each) => each.Type === "AWS::IAM::Policy" || each.Type === "AWS::IAM::ManagedPolicy")
    .filter((each) => many(each.Properties.Roles).some((role) => (role as { Ref?: string }).Ref === id))
    .flatMap((each) => statementsIn(each.Properties.PolicyDocument));
}

export const actionsOf = (statements: readonly Statement[]): string[] =>
  [
    ...new Set(statements.filter(({ effect }) => effect === "Allow").flatMap(({ actions }) => actions)),
  ].sort();
