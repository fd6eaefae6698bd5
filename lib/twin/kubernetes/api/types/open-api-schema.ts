import type { Json } from "../../../world/world.ts";
import type { JsonObject } from "../json-values.ts";
import { type ObjectType, typeNamed } from "./catalogue.ts";
import type { Field, FieldType, Scalar } from "./field-type.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

const PREFIXES: readonly [short: string, full: string][] = [
  ["meta.v1.", `${META}.`],
  ["apiextensions.", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions."],
  ["apiregistration.", "io.k8s.kube-aggregator.pkg.apis.apiregistration."],
  ["", "io.k8s.api."],
];

/** `core.v1.PodSpec` as OpenAPI calls it. */
export function openApiName(type: string): string {
  const [short, full] = PREFIXES.find(([prefix]) => type.startsWith(prefix)) ?? ["", ""];
  return full + type.slice(short.length);
}

/** Values that have a name of their own in the documents. */
const NAMED: Partial<Record<Scalar, { name: string; schema: JsonObject }>> = {
  time: { name: `${META}.Time`, schema: { type: "string", format: "date-time" } },
  microTime: { name: `${META}.MicroTime`, schema: { type: "string", format: "date-time" } },
  quantity: {
    name: "io.k8s.apimachinery.pkg.api.resource.Quantity",
    schema: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
  intOrString: {
    name: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    schema: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  },
};

const PLAIN: Partial<Record<Scalar, JsonObject>> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  integer: { type: "integer" },
  double: { type: "number", format: "double" },
  bytes: { type: "string", format: "byte" },
};

/** Schemas of types and of all that they are made of, by the names that references use. */
export class Components {
  readonly schemas: JsonObject = {};
  readonly #prefix: string;

  /** @param prefix of references: `#/components/schemas/` in v3, `#/definitions/` in v2 */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A reference to a recorded type, whose schema is then there. */
  reference(type: string): JsonObject {
    const name = openApiName(type);
    if (this.schemas[name] === undefined) {
      // Named first: types may hold themselves.
      this.schemas[name] = {};
      this.schemas[name] = this.#objectSchema(typeNamed(type));
    }
    return { $ref: this.#prefix + name };
  }

  #objectSchema(type: ObjectType): JsonObject {
    const fields = [...type];
    const required = fields.filter(([, field]) => field.required).map(([name]) => name);
    return {
      type: "object",
      ...(required.length > 0 ? { required } : {}),
      properties: Object.fromEntries(
        fields.map(([name, field]): [string, Json] => [name, this.#field(field)]),
      ),
    };
  }

  #field({ type }: Field): JsonObject {
    const schema = this.#schema(type);
    return "$ref" in schema ? { allOf: [schema] } : schema;
  }

  #schema(type: FieldType): JsonObject {
    switch (type.form) {
      case "object":
        return this.reference(type.type);
      case "map":
        return { type: "object", additionalProperties: this.#schema(type.values) };
      case "list":
        return { type: "array", items: this.#schema(type.items), ...listExtensions(type) };
      case "scalar":
        return this.#scalar(type.scalar);
    }
  }

  #scalar(scalar: Scalar): JsonObject {
    const named = NAMED[scalar];
    if (!named) return PLAIN[scalar] ?? { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    this.schemas[named.name] = named.schema;
    return { $ref: this.#prefix + named.name };
  }
}

function listExtensions({ identity, mergeKey, merges }: FieldType & { form: "list" }): JsonObject {
  const byKeys = typeof identity === "object";
  return {
    "x-kubernetes-list-type": byKeys ? "map" : identity === "item" ? "set" : "atomic",
    ...(byKeys ? { "x-kubernetes-list-map-keys": [...identity] } : {}),
    ...(merges ? { "x-kubernetes-patch-strategy": "merge" } : {}),
    ...(mergeKey ? { "x-kubernetes-patch-merge-key": mergeKey } : {}),
  };
}
