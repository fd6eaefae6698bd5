/** Values that are no objects of a named type. */
export type Scalar =
  | "string"
  | "boolean"
  | "int32"
  | "int64"
  | "integer"
  | "double"
  | "bytes"
  | "time"
  | "microTime"
  | "quantity"
  | "intOrString"
  | "any";

export type FieldType =
  | { readonly form: "scalar"; readonly scalar: Scalar }
  | { readonly form: "object"; readonly type: string }
  | { readonly form: "map"; readonly values: FieldType }
  | {
      readonly form: "list";
      readonly items: FieldType;
      /** What tells items apart: keys, the item itself, or nothing: the list is one value. */
      readonly identity: readonly string[] | "item" | undefined;
      /** Of strategic merge patch. */
      readonly mergeKey: string | undefined;
      readonly merges: boolean;
    };

export interface Field {
  readonly required: boolean;
  readonly type: FieldType;
}

/** Reads a field's type in short. @see lib/twin/recorded/kubernetes-types/README.md */
export function parseField(text: string): Field {
  const required = text.startsWith("!");
  return { required, type: parseType(required ? text.slice(1) : text) };
}

function parseType(text: string): FieldType {
  const [main = "", merge] = text.split(" ");
  if (main.startsWith("{}")) return { form: "map", values: parseType(main.slice(2)) };
  const list = /^\[([^\]]*)\](.*)$/.exec(main);
  if (!list) return main.includes(".") ? { form: "object", type: main } : scalar(main);
  const [, keys = "", items = ""] = list;
  return {
    form: "list",
    items: parseType(items),
    identity: keys === "" ? undefined : keys === "set" ? "item" : keys.split(","),
    mergeKey: /^merge:(.+)$/.exec(merge ?? "")?.[1],
    merges: merge !== undefined,
  };
}

const scalar = (name: string): FieldType => ({ form: "scalar", scalar: name as Scalar });
