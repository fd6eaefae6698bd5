import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** Plain data as DynamoDB's attributes. Undefined members are left out, as JSON leaves them out. */
export function toAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value === "object") return { M: toAttributes(value) };
  throw new TypeError(`a ${typeof value} cannot be kept in the table`);
}

export const toAttributes = (value: object): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[name, toAttribute(member)]],
    ),
  );

/** The other way round; sets and binary are never written here, so reading one is a defect. */
export function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL) return null;
  if (attribute.L) return attribute.L.map(fromAttribute);
  if (attribute.M) return fromAttributes(attribute.M);
  throw new TypeError(`the table holds an attribute of a type that nothing here writes`);
}

export const fromAttributes = (attributes: Record<string, AttributeValue>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]));
