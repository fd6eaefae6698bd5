import type { PlacedResource, Platform } from "./platform.ts";

/** A platform with one thing wrong in it; throws where there is nothing to spoil, so that no mutation is idle. */
export type Mutation = (platform: Platform) => Platform;

/** Which resource: the first of a type whose address contains a text. */
export type Which = readonly [type: string, address?: string];

const isWhich =
  ([type, address = ""]: Which) =>
  (resource: PlacedResource): boolean =>
    resource.type === type && resource.address.includes(address);

function withValues(
  platform: Platform,
  which: Which,
  spoil: (values: Record<string, unknown>) => void,
): Platform {
  const found = platform.find(isWhich(which));
  if (!found) throw new Error(`no ${which.join(" at ")} is planned`);
  const values = structuredClone(found.values);
  spoil(values);
  if (JSON.stringify(values) === JSON.stringify(found.values))
    throw new Error(`${found.address} is the same as before`);
  return platform.map((resource) => (resource === found ? { ...found, values } : resource));
}

/** Another value at a path; missing objects on the way are made. */
export const set =
  (which: Which, path: readonly (string | number)[], value: unknown): Mutation =>
  (platform) =>
    withValues(platform, which, (values) => {
      let at: Record<string | number, unknown> = values;
      for (const key of path.slice(0, -1)) {
        at[key] ??= {};
        at = at[key] as Record<string | number, unknown>;
      }
      at[path.at(-1) ?? ""] = value;
    });

/** Another text inside an attribute that holds a document (a policy, values of a chart). */
export const rewrite =
  (which: Which, attribute: string, from: string | RegExp, to: string): Mutation =>
  (platform) =>
    withValues(platform, which, (values) => {
      const replace = (text: unknown): unknown => (typeof text === "string" ? text.replace(from, to) : text);
      const before = values[attribute];
      values[attribute] = Array.isArray(before) ? before.map(replace) : replace(before);
    });

/** Without every resource of that kind. */
export const remove =
  (which: Which): Mutation =>
  (platform) => {
    const left = platform.filter((resource) => !isWhich(which)(resource));
    if (left.length === platform.length) throw new Error(`no ${which.join(" at ")} is planned`);
    return left;
  };

/** With one resource more. */
export const add =
  (type: string, values: Readonly<Record<string, unknown>>, layer = "foundation"): Mutation =>
  (platform) => [...platform, { layer, type, address: `${type}.added`, values }];
