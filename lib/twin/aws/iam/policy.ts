import { z } from "zod";
import type { Json } from "../../world/world.ts";
import { type Context, conditionHolds } from "./conditions.ts";
import { matchesArn, matchesPattern } from "./patterns.ts";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const scalars = z.union([scalar, z.array(scalar)]).transform((value) => [value].flat());

const StatementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Principal: z.union([z.literal("*"), z.record(z.string(), oneOrMore)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), scalars)).optional(),
});
const DocumentSchema = z.object({
  Statement: z
    .union([StatementSchema, z.array(StatementSchema)])
    .transform((statement) => [statement].flat()),
});

export type Statement = z.output<typeof StatementSchema>;

export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

const parsed = new WeakMap<object, Statement[]>();

/** A policy document's statements. @throws ZodError for what IAM would not accept either. */
export function statementsOf(document: Json): Statement[] {
  if (typeof document === "string") return statementsOf(JSON.parse(document) as Json);
  const known = parsed.get(document as object);
  if (known) return known;
  const statements = DocumentSchema.parse(document).Statement;
  parsed.set(document as object, statements);
  return statements;
}

/** Replaces `${key}`; undefined when the request has no such key: then the pattern matches nothing. */
function substitute(pattern: string, context: Context): string | undefined {
  let missing = false;
  const text = pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name === "*" || name === "?" || name === "$") return name;
    const [value] = context.get(name.toLowerCase()) ?? [];
    missing ||= value === undefined;
    return value ?? "";
  });
  return missing ? undefined : text;
}

function matchesResource(pattern: string, { resource, context }: AccessRequest): boolean {
  const text = substitute(pattern, context);
  if (text === undefined) return false;
  return text === "*" || matchesArn(text, resource) || matchesPattern(text, resource);
}

const matchesAction = (pattern: string, action: string): boolean => matchesPattern(pattern, action, true);

/** Does a statement speak of this action, resource and context? Its principal is not looked at. */
export function applies(statement: Statement, request: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Action && !Action.some((pattern) => matchesAction(pattern, request.action))) return false;
  if (NotAction?.some((pattern) => matchesAction(pattern, request.action))) return false;
  if (Resource && !Resource.some((pattern) => matchesResource(pattern, request))) return false;
  if (NotResource?.some((pattern) => matchesResource(pattern, request))) return false;
  return Object.entries(Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const values = wanted.flatMap((text) => substitute(text, request.context) ?? []);
      return conditionHolds(operator, key, values, request.context);
    }),
  );
}

/** What a set of policies says: an explicit deny wins, silence is "none". */
export function decide(documents: readonly Json[], request: AccessRequest): "allow" | "deny" | "none" {
  const speaking = documents.flatMap(statementsOf).filter((statement) => applies(statement, request));
  if (speaking.some((statement) => statement.Effect === "Deny")) return "deny";
  return speaking.length > 0 ? "allow" : "none";
}
