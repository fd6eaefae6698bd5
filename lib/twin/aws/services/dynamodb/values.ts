import { z } from "zod";
import { AwsError } from "../../contract.ts";

/** An attribute value as DynamoDB writes it, e.g. `{ "S": "text" }`; binaries are base64. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { M: { [name: string]: AttributeValue } }
  | { L: AttributeValue[] }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] };

export type Item = { [name: string]: AttributeValue };

const filledSet = z.array(z.string()).min(1);

export const AttributeValueSchema: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.strictObject({ S: z.string() }),
    z.strictObject({ N: z.string().refine((text) => text.trim() !== "" && Number.isFinite(Number(text))) }),
    z.strictObject({ B: z.string() }),
    z.strictObject({ BOOL: z.boolean() }),
    z.strictObject({ NULL: z.boolean() }),
    z.strictObject({ M: z.record(z.string(), AttributeValueSchema) }),
    z.strictObject({ L: z.array(AttributeValueSchema) }),
    z.strictObject({ SS: filledSet }),
    z.strictObject({ NS: filledSet }),
    z.strictObject({ BS: filledSet }),
  ]),
);
export const ItemSchema = z.record(z.string(), AttributeValueSchema);

export const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

export const typeOf = (value: AttributeValue): string => Object.keys(value)[0] ?? "";

const SETS = ["SS", "NS", "BS"];
export const setOf = (value: AttributeValue): readonly string[] | undefined =>
  SETS.includes(typeOf(value)) ? (Object.values(value)[0] as string[]) : undefined;

/** Numbers are compared as numbers, sets without order, the rest by value. */
export function isEqual(a: AttributeValue, b: AttributeValue): boolean {
  if (typeOf(a) !== typeOf(b)) return false;
  if ("N" in a && "N" in b) return Number(a.N) === Number(b.N);
  if ("L" in a && "L" in b)
    return a.L.length === b.L.length && a.L.every((one, index) => isMember(one, b.L[index]));
  if ("M" in a && "M" in b) {
    const [left, right] = [a.M, b.M];
    const names = Object.keys(left);
    return names.length === Object.keys(right).length && names.every((n) => isMember(left[n], right[n]));
  }
  const [one, other] = [setOf(a), setOf(b)];
  if (one && other) return one.length === other.length && one.every((member) => other.includes(member));
  return Object.values(a)[0] === Object.values(b)[0];
}

const isMember = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a !== undefined && b !== undefined && isEqual(a, b);

/** Order of two numbers, strings (by UTF-8 bytes) or binaries; undefined for values that have no order. */
export function compare(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("N" in a && "N" in b) return Number(a.N) - Number(b.N);
  if ("S" in a && "S" in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if ("B" in a && "B" in b) return Buffer.compare(Buffer.from(a.B, "base64"), Buffer.from(b.B, "base64"));
  return undefined;
}

/** What `size()` says: bytes of text and binaries, members of collections. */
export function sizeOf(value: AttributeValue): number | undefined {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("B" in value) return Buffer.byteLength(value.B, "base64");
  if ("L" in value) return value.L.length;
  if ("M" in value) return Object.keys(value.M).length;
  return setOf(value)?.length;
}
