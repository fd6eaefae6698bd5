import { type Attributes, type ProviderContext, UNKNOWN, type Value } from "../../contract.ts";

/** A string attribute, "" where there is none (yet). */
export const text = (values: Attributes | undefined, name: string): string => {
  const value = values?.[name];
  return typeof value === "string" ? value : "";
};

export const flag = (values: Attributes | undefined, name: string): boolean => values?.[name] === true;

export const count = (values: Attributes | undefined, name: string): number => {
  const value = values?.[name];
  return typeof value === "number" ? value : 0;
};

/** The known strings of a list or set. */
export const texts = (values: Attributes | undefined, name: string): string[] => {
  const value = values?.[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
};

/** The known elements of a nested block. */
export const blocks = (values: Attributes | undefined, name: string): Attributes[] => {
  const value = values?.[name];
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is Attributes => typeof item === "object" && item !== null && !Array.isArray(item),
  );
};

/** The only element of a nested block, if it is there. */
export const block = (values: Attributes | undefined, name: string): Attributes | undefined =>
  blocks(values, name)[0];

export const strings = (values: Attributes | undefined, name: string): Record<string, string> => {
  const value = values?.[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
};

export const isGiven = (value: Value | undefined): boolean =>
  value !== null && value !== undefined && value !== UNKNOWN;

/** Neither null nor an empty block; an unknown value counts as something. */
export const isSomething = (value: Value | undefined): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export const arnIn = (context: ProviderContext, service: string, resource: string): string =>
  `arn:aws:${service}:${context.region}:${context.aws.accountId}:${resource}`;

export const isoTime = (context: ProviderContext): string =>
  new Date(context.world.clock.now()).toISOString().replace(/\.\d{3}Z$/, "Z");

/** The given name, or the prefix with digits that the provider makes up. */
export const nameOrPrefixed = (values: Attributes, digits: string): string =>
  text(values, "name") || `${text(values, "name_prefix") || "terraform-"}${digits}`;
