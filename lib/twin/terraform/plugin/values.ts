import { UNKNOWN, type Value } from "../contract.ts";

const isMembers = (value: Value | undefined): value is { [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const canonical = (value: Value | undefined): string => {
  if (value === undefined) return "null";
  if (value === UNKNOWN) return "<unknown>";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isMembers(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members
    .filter((key) => value[key] !== undefined && value[key] !== null)
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join()}}`;
};

/** Whether two values are the same to terraform; an absent member is null, lists keep their order. */
export const isSame = (a: Value | undefined, b: Value | undefined): boolean => canonical(a) === canonical(b);

/** The same for sets: order says nothing. */
export const isSameSet = (a: readonly Value[], b: readonly Value[]): boolean =>
  isSame(a.map(canonical).sort(), b.map(canonical).sort());

/** Every value at a dotted path; lists and sets on the way are entered, so a path may have many values. */
export function valuesAt(value: Value | undefined, path: readonly string[]): Value[] {
  if (value === UNKNOWN) return [UNKNOWN];
  if (Array.isArray(value) && path.length > 0) return value.flatMap((item) => valuesAt(item, path));
  const [head, ...rest] = path;
  if (head === undefined) return [value ?? null];
  return isMembers(value) ? valuesAt(value[head], rest) : [];
}

export const containsUnknown = (value: Value | undefined): boolean => {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isMembers(value) && Object.values(value).some(containsUnknown);
};

/** Null in the place of everything that is still unknown. */
export const withoutUnknown = (value: Value | undefined): Value => {
  if (value === UNKNOWN || value === undefined) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknown(item)]));
};

export { isMembers };
