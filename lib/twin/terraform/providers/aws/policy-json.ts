import type { Json } from "../../../world/world.ts";
import { ProviderError } from "../../contract.ts";

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sorted = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted(value[key] as Json)}`)
    .join()}}`;
};

/** A policy's strings and its lists of them mean sets: one value alone is a list of one. */
const asSet = (value: Json): Json => {
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asSet(item)]));
  const items = Array.isArray(value) ? value : [value];
  return items
    .map((item) => (typeof item === "boolean" ? String(item) : item))
    .sort((a, b) => (sorted(a) < sorted(b) ? -1 : 1));
};

/** Actions and condition operators are compared without case by IAM. */
const statementForm = (statement: Json): Json => {
  if (!isObject(statement)) return statement;
  return Object.fromEntries(
    Object.entries(statement)
      .filter(([key, value]) => !(key === "Sid" && value === ""))
      .map(([key, value]) => {
        if (key === "Effect" || key === "Sid") return [key, value];
        const set = asSet(value);
        const isAction = key === "Action" || key === "NotAction";
        return [
          key,
          isAction && Array.isArray(set) ? set.map((item) => String(item).toLowerCase()).sort() : set,
        ];
      }),
  );
};

const policyForm = (document: Json): string => {
  if (!isObject(document)) return sorted(document);
  const statements = Array.isArray(document.Statement)
    ? document.Statement
    : [document.Statement ?? []].flat();
  return sorted({
    ...document,
    Statement: statements.map(statementForm).sort((a, b) => (sorted(a) < sorted(b) ? -1 : 1)),
  });
};

const parse = (json: string): Json | undefined => {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
};

/** Whether two policies mean the same, however they are written. */
export function isSamePolicy(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parse(a), parse(b)];
  return left !== undefined && right !== undefined && policyForm(left) === policyForm(right);
}

/** Whether two JSON texts are the same but for blanks and the order of members. */
export function isSameJson(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parse(a), parse(b)];
  return left !== undefined && right !== undefined && sorted(left) === sorted(right);
}

/** The document behind a JSON attribute; throws as the provider's validation does. */
export function documentOf(json: string, attribute: string): Json {
  const document = parse(json);
  if (document === undefined)
    throw new ProviderError(`"${attribute}" contains an invalid JSON policy`, [attribute]);
  return document;
}
