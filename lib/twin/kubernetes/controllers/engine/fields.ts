import type { Json } from "../../../world/world.ts";
import type { ApiObject, OwnerReference } from "../../api/api-object.ts";

export type Fields = { [key: string]: Json };
export type Strings = { [key: string]: string };

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The map at a path, or an empty one. */
export function mapAt(value: unknown, ...path: string[]): Fields {
  let at: unknown = value;
  for (const key of path) at = isFields(at) ? at[key] : undefined;
  return isFields(at) ? at : {};
}

/** The maps of the list at a path. */
export function mapsAt(value: unknown, ...path: string[]): Fields[] {
  const list = mapAt(value, ...path.slice(0, -1))[path.at(-1) ?? ""];
  return Array.isArray(list) ? list.filter(isFields) : [];
}

export const textAt = (value: unknown, ...path: string[]): string => {
  const found = mapAt(value, ...path.slice(0, -1))[path.at(-1) ?? ""];
  return typeof found === "string" ? found : "";
};

export const numberAt = (value: unknown, ...path: string[]): number | undefined => {
  const found = mapAt(value, ...path.slice(0, -1))[path.at(-1) ?? ""];
  return typeof found === "number" ? found : undefined;
};

export const annotationsOf = (object: ApiObject): Strings => object.metadata.annotations ?? {};

export const ownerReference = (owner: ApiObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

export const isOwnedBy = (object: ApiObject, owner: ApiObject): boolean =>
  (object.metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);

/** Do labels fit a selector's `matchLabels`? Expressions are not used by anything that controllers select here. */
export const matches = (labels: Strings | undefined, selector: Fields): boolean =>
  Object.keys(selector).length > 0 &&
  Object.entries(selector).every(([key, value]) => labels?.[key] === value);
