import type { PlacedResource, Platform } from "./platform.ts";

/** One statement of a planned policy, with lists where IAM takes a text or a list. */
export interface Statement {
  /** Where it stands: address of the resource and name of the attribute. */
  readonly at: string;
  readonly resource: PlacedResource;
  readonly attribute: string;
  readonly sid: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly negated: boolean;
  readonly resources: readonly string[];
  /** `*`, or `<kind>:<identifier>`. */
  readonly principals: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Raw = Readonly<Record<string, unknown>>;

const texts = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

function principalsOf(principal: unknown): string[] {
  if (typeof principal !== "object" || principal === null) return texts(principal);
  return Object.entries(principal).flatMap(([kind, names]) => texts(names).map((name) => `${kind}:${name}`));
}

const statementOf = (resource: PlacedResource, attribute: string, raw: Raw): Statement => ({
  at: `${resource.layer}: ${resource.address}.${attribute}`,
  resource,
  attribute,
  sid: String(raw.Sid ?? ""),
  allows: raw.Effect === "Allow",
  actions: texts(raw.Action ?? raw.NotAction),
  negated: [raw.NotAction, raw.NotResource, raw.NotPrincipal].some((value) => value !== undefined),
  resources: texts(raw.Resource ?? raw.NotResource),
  principals: principalsOf(raw.Principal ?? raw.NotPrincipal),
  conditions: (raw.Condition ?? {}) as Statement["conditions"],
});

function parse(text: string): Raw | undefined {
  if (!text.startsWith("{") || !text.includes('"Statement"')) return undefined;
  return JSON.parse(text) as Raw;
}

/** Every statement of every policy that a resource is given as JSON, whatever the attribute is called. */
export const statementsOf = (platform: Platform): Statement[] =>
  platform
    .filter(({ type }) => type.startsWith("aws_"))
    .flatMap((resource) =>
      Object.entries(resource.values).flatMap(([attribute, value]) => {
        const policy = typeof value === "string" ? parse(value) : undefined;
        const statements = [policy?.Statement ?? []].flat() as Raw[];
        return statements.map((raw) => statementOf(resource, attribute, raw));
      }),
    );
