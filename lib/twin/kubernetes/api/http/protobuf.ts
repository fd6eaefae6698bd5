import type { Json } from "../../../world/world.ts";
import type { JsonObject } from "../json-values.ts";
import { typeNamed, typeNameOf } from "../types/catalogue.ts";
import { type Message, messageOf } from "../types/field-numbers.ts";
import type { FieldType, Scalar } from "../types/field-type.ts";
import { rawFields } from "./protobuf-reader.ts";

const MAGIC = Buffer.from("k8s\0", "latin1");

/**
 * The object in a body of `application/vnd.kubernetes.protobuf`, as clients send the kinds that come with Kubernetes
 * (kubectl's `create deployment` and its like, typed Go clients); undefined for a kind whose message is not known.
 * Throws RangeError for a body that is broken.
 */
export function decodeEnvelope(body: Buffer): Json | undefined {
  if (!body.subarray(0, 4).equals(MAGIC)) return undefined;
  const envelope = body.subarray(4);
  const identity = bytesOf(envelope, 1);
  const [apiVersion, kind] = [String(partOf(identity, 1) ?? ""), String(partOf(identity, 2) ?? "")];
  // Options are sent in the group of what they are for.
  const type = kind === "DeleteOptions" ? "meta.v1.DeleteOptions" : typeNameOf(apiVersion, kind);
  if (type === undefined || messageOf(type).fields.size === 0) return undefined;
  return { apiVersion, kind, ...decodeMessage(bytesOf(envelope, 2), messageOf(type), type) };
}

function bytesOf(body: Buffer, wanted: number): Buffer {
  const found = partOf(body, wanted);
  return typeof found === "object" ? found : Buffer.alloc(0);
}

function decodeMessage(body: Buffer, message: Message, type: string): JsonObject {
  const result: JsonObject = {};
  const fields = typeNamed(type);
  for (const { number, value } of rawFields(body)) {
    const embedded = message.embedded.get(number);
    if (embedded && typeof value !== "number") Object.assign(result, decodeMessage(value, embedded, type));
    const known = message.fields.get(number);
    const field = known && fields.get(known.name);
    if (!known || !field || (known.zeroIsAbsent && value === 0)) continue;
    put(result, known.name, field.type, value);
  }
  return result;
}

function put(result: JsonObject, name: string, type: FieldType, raw: number | Buffer): void {
  if (type.form === "list") {
    const value = decodeValue(type.items, raw);
    result[name] = [...((result[name] as Json[] | undefined) ?? []), value ?? ""];
    return;
  }
  if (type.form === "map") {
    const [key, value] = entryOf(type.values, raw);
    result[name] = { ...(result[name] as JsonObject | undefined), [key]: value };
    return;
  }
  const value = decodeValue(type, raw);
  // An empty text is how this encoding says that there is none.
  if (value !== undefined && value !== "") result[name] = value;
}

function entryOf(type: FieldType, raw: number | Buffer): [string, Json] {
  let [key, value]: [string, Json] = ["", ""];
  for (const part of typeof raw === "number" ? [] : rawFields(raw)) {
    if (part.number === 1) key = String(part.value);
    if (part.number === 2) value = decodeValue(type, part.value) ?? "";
  }
  return [key, value];
}

function decodeValue(type: FieldType, raw: number | Buffer): Json | undefined {
  if (type.form === "object")
    return typeof raw === "number" ? undefined : decodeMessage(raw, messageOf(type.type), type.type);
  return type.form === "scalar" ? scalarOf(type.scalar, raw) : undefined;
}

function scalarOf(scalar: Scalar, raw: number | Buffer): Json | undefined {
  if (typeof raw === "number") return scalar === "boolean" ? raw === 1 : raw;
  switch (scalar) {
    case "string":
      return raw.toString("utf8");
    case "bytes":
      return raw.toString("base64");
    case "double":
      return raw.length === 8 ? raw.readDoubleLE() : undefined;
    case "quantity":
      return String(partOf(raw, 1) ?? "0");
    case "time":
    case "microTime":
      return timeOf(raw);
    case "intOrString":
      return partOf(raw, 1) === 1 ? String(partOf(raw, 3) ?? "") : Number(partOf(raw, 2) ?? 0);
    default:
      return embeddedJson(raw);
  }
}

/** The last value of one field of a small message. */
function partOf(body: Buffer, wanted: number): number | Buffer | undefined {
  let found: number | Buffer | undefined;
  for (const { number, value } of rawFields(body)) if (number === wanted) found = value;
  return found;
}

/** An empty time is none. */
function timeOf(body: Buffer): string | undefined {
  const seconds = partOf(body, 1);
  return typeof seconds === "number"
    ? new Date(seconds * 1000).toISOString().replace(".000Z", "Z")
    : undefined;
}

/** Fields of any form travel as JSON. */
function embeddedJson(body: Buffer): Json | undefined {
  const raw = partOf(body, 1);
  if (raw === undefined || typeof raw === "number") return undefined;
  try {
    return JSON.parse(raw.toString("utf8")) as Json;
  } catch {
    throw new RangeError("a field holds no JSON");
  }
}
