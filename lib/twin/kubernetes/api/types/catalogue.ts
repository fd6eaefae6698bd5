import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Field, parseField } from "./field-type.ts";

interface Recorded {
  readonly kinds: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly numbers: Readonly<Record<string, string>>;
}

export type ObjectType = ReadonlyMap<string, Field>;

const FILE = fileURLToPath(new URL("../../../recorded/kubernetes-types/types.json", import.meta.url));

let recorded: Recorded | undefined;
const parsed = new Map<string, ObjectType>();

const facts = (): Recorded => {
  recorded ??= JSON.parse(readFileSync(FILE, "utf8")) as Recorded;
  return recorded;
};

/** The fields of a type, read once; a name that is not recorded has none. */
export function typeNamed(name: string): ObjectType {
  const known = parsed.get(name);
  if (known) return known;
  const fields = Object.entries(facts().types[name] ?? {});
  const made = new Map(fields.map(([field, text]) => [field, parseField(text)]));
  parsed.set(name, made);
  return made;
}

/** Name of the type of a kind that comes with Kubernetes. */
export const typeNameOf = (apiVersion: string, kind: string): string | undefined =>
  facts().kinds[`${apiVersion}/${kind}`];

/** The numbers of a type's fields in protobuf, in short; empty if they are not recorded. */
export const fieldNumbersOf = (type: string): string => facts().numbers[type] ?? "";
