import type { Json } from "../../../world/world.ts";
import type { JsonObject } from "../json-values.ts";

/** What stands in a field: a scalar, bytes as base64, a map of texts, or a message. */
type FieldType = "text" | "number" | "bool" | "bytes" | "textMap" | "bytesMap" | MessageType;
type Field = readonly [name: string, type: FieldType, repeated?: "repeated"];
interface MessageType {
  readonly [number: number]: Field;
}

const META: MessageType = {
  1: ["name", "text"],
  2: ["generateName", "text"],
  3: ["namespace", "text"],
  6: ["resourceVersion", "text"],
  11: ["labels", "textMap"],
  12: ["annotations", "textMap"],
  14: ["finalizers", "text", "repeated"],
};

const RESOURCE_ATTRIBUTES: MessageType = {
  1: ["namespace", "text"],
  2: ["verb", "text"],
  3: ["group", "text"],
  4: ["version", "text"],
  5: ["resource", "text"],
  6: ["subresource", "text"],
  7: ["name", "text"],
};

/**
 * The messages that kubectl's imperative commands send in this form, whatever a server prefers: field numbers as in
 * the `generated.proto` of k8s.io/api and apimachinery. All other bodies come as JSON or YAML.
 */
const MESSAGES: Readonly<Record<string, MessageType>> = {
  Namespace: { 1: ["metadata", META] },
  ServiceAccount: { 1: ["metadata", META] },
  ConfigMap: { 1: ["metadata", META], 2: ["data", "textMap"], 3: ["binaryData", "bytesMap"] },
  Secret: {
    1: ["metadata", META],
    2: ["data", "bytesMap"],
    3: ["type", "text"],
    4: ["stringData", "textMap"],
  },
  SelfSubjectAccessReview: {
    2: [
      "spec",
      {
        1: ["resourceAttributes", RESOURCE_ATTRIBUTES],
        2: ["nonResourceAttributes", { 1: ["path", "text"], 2: ["verb", "text"] }],
      },
    ],
  },
  SelfSubjectRulesReview: { 2: ["spec", { 1: ["namespace", "text"] }] },
  SelfSubjectReview: {},
  DeleteOptions: {
    1: ["gracePeriodSeconds", "number"],
    2: ["preconditions", { 1: ["uid", "text"], 2: ["resourceVersion", "text"] }],
    3: ["orphanDependents", "bool"],
    4: ["propagationPolicy", "text"],
    5: ["dryRun", "text", "repeated"],
  },
};

const MAGIC = Buffer.from("k8s\0", "latin1");

const ENVELOPE: MessageType = {
  1: ["typeMeta", { 1: ["apiVersion", "text"], 2: ["kind", "text"] }],
  2: ["raw", "bytes"],
};

/** The object in a body of `application/vnd.kubernetes.protobuf`; undefined for a kind that is not known here. */
export function decodeEnvelope(body: Buffer): Json | undefined {
  if (!body.subarray(0, 4).equals(MAGIC)) return undefined;
  const { typeMeta, raw } = decode(body.subarray(4), ENVELOPE) as {
    typeMeta?: { apiVersion?: string; kind?: string };
    raw?: string;
  };
  const message = MESSAGES[typeMeta?.kind ?? ""];
  if (!message) return undefined;
  const content = decode(Buffer.from(raw ?? "", "base64"), message);
  return { apiVersion: typeMeta?.apiVersion ?? "", kind: typeMeta?.kind ?? "", ...content };
}

/** Reads a message's fields one after another. @see https://protobuf.dev/programming-guides/encoding/ */
class Reader {
  readonly #body: Buffer;
  #offset = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#body.length;
  }

  varint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.#body[this.#offset++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  /** The bytes of a field that is no varint. */
  bytes(wire: number): Buffer {
    const length = wire === 2 ? this.varint() : wire === 1 ? 8 : 4;
    const from = this.#offset;
    this.#offset += length;
    return this.#body.subarray(from, from + length);
  }
}

function decode(body: Buffer, message: MessageType): JsonObject {
  const result: JsonObject = {};
  const reader = new Reader(body);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const wire = tag & 7;
    const field = message[tag >>> 3];
    if (wire === 0) {
      const value = reader.varint();
      if (field) result[field[0]] = field[1] === "bool" ? value === 1 : value;
    } else {
      const part = reader.bytes(wire);
      if (field && wire === 2) put(result, field, part);
    }
  }
  return result;
}

function put(result: JsonObject, [name, type, repeated]: Field, part: Buffer): void {
  if (type === "textMap" || type === "bytesMap") {
    const value = type === "textMap" ? "text" : "bytes";
    const entry = decode(part, { 1: ["key", "text"], 2: ["value", value] });
    result[name] = { ...(result[name] as JsonObject), [String(entry.key ?? "")]: entry.value ?? "" };
    return;
  }
  const value = scalarOrMessage(type, part);
  if (repeated) result[name] = [...((result[name] as Json[]) ?? []), value];
  // An empty text is how this encoding says that there is none.
  else if (value !== "") result[name] = value;
}

function scalarOrMessage(type: FieldType, part: Buffer): Json {
  if (typeof type === "object") return decode(part, type);
  return part.toString(type === "bytes" ? "base64" : "utf8");
}
