import type { Json } from "../../../world/world.ts";
import { copyJson, isObject, type JsonObject, sameJson } from "../json-values.ts";
import { ApiError, badRequest } from "../status.ts";

const unescapeToken = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

const failed = (message: string): ApiError => new ApiError(422, "Invalid", message, {});

/**
 * A JSON Patch applied to a copy of the document.
 * @see RFC 6902
 */
export function applyJsonPatch(document: JsonObject, operations: Json | undefined): JsonObject {
  if (!Array.isArray(operations)) throw badRequest("a JSON patch must be a list of operations");
  let result: Json = copyJson(document);
  for (const operation of operations) {
    if (!isObject(operation)) throw badRequest("each operation of a JSON patch must be an object");
    result = applyOperation(result, operation);
  }
  if (!isObject(result)) throw badRequest("the patched document is not an object");
  return result;
}

function pointer(operation: JsonObject, key: "path" | "from"): string[] {
  const text = operation[key];
  if (typeof text !== "string" || (text !== "" && !text.startsWith("/")))
    throw badRequest(`JSON patch operation needs a valid "${key}"`);
  return text.split("/").slice(1).map(unescapeToken);
}

function applyOperation(document: Json, operation: JsonObject): Json {
  const path = pointer(operation, "path");
  switch (operation.op) {
    case "add":
      return add(document, path, copyJson(operation.value ?? null));
    case "replace":
      read(document, path);
      return path.length === 0
        ? copyJson(operation.value ?? null)
        : add(remove(document, path), path, copyJson(operation.value ?? null));
    case "remove":
      return remove(document, path);
    case "test":
      if (sameJson(read(document, path), operation.value ?? null)) return document;
      throw failed(`testing path ${path.map((part) => `/${part}`).join("")} failed`);
    case "copy":
      return add(document, path, copyJson(read(document, pointer(operation, "from"))));
    case "move": {
      const from = pointer(operation, "from");
      const value = read(document, from);
      return add(remove(document, from), path, value);
    }
    default:
      throw badRequest(`unexpected JSON patch operation ${JSON.stringify(operation.op ?? null)}`);
  }
}

function read(document: Json, path: string[]): Json {
  let current: Json | undefined = document;
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)];
    else current = isObject(current) ? current[step] : undefined;
    if (current === undefined) throw failed(`path ${path.map((part) => `/${part}`).join("")} does not exist`);
  }
  return current;
}

/** The container of the last step; the document is a copy, so it may be changed. */
function containerOf(document: Json, path: string[]): { parent: Json; last: string } {
  return { parent: read(document, path.slice(0, -1)), last: path.at(-1) ?? "" };
}

function add(document: Json, path: string[], value: Json): Json {
  if (path.length === 0) return value;
  const { parent, last } = containerOf(document, path);
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      throw failed(`index ${last} is out of bounds`);
    parent.splice(index, 0, value);
  } else if (isObject(parent)) parent[last] = value;
  else throw failed(`cannot add to ${path.join("/")}`);
  return document;
}

function remove(document: Json, path: string[]): Json {
  read(document, path);
  if (path.length === 0) return null;
  const { parent, last } = containerOf(document, path);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete parent[last];
  return document;
}
