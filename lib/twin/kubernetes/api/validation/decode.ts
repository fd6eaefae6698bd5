import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { badRequest } from "../status.ts";
import type { WriteRequest } from "../verbs/write-request.ts";
import { decodeBuiltIn, decodeType } from "./built-in-fields.ts";
import { pruneUnknown } from "./pruning.ts";

/**
 * Makes of an object what its type or its definition's schema can hold: fields that these do not have are dropped,
 * with a warning unless the client asked for none, or refused where it asked for `fieldValidation=Strict`.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export function decodeFields(request: WriteRequest, object: ApiObject): void {
  const { kind, query } = request;
  const unknown = unknownFields(request, object);
  if (unknown.length === 0) return;
  const problems = unknown.map((field) => `unknown field "${field}"`);
  const wanted = query.get("fieldValidation") ?? "Warn";
  if (wanted === "Strict") throw undecodable(kind, `strict decoding error: ${problems.join(", ")}`);
  if (wanted === "Warn") request.warnings.push(...problems);
}

function unknownFields({ kind, subresource }: WriteRequest, object: ApiObject): string[] {
  if (kind.custom) return pruneUnknown(kind, object);
  try {
    return decodeBuiltIn(kind, object, subresource === "status" ? "status" : undefined);
  } catch (error) {
    if (error instanceof TypeError) throw undecodable(kind, error.message);
    throw error;
  }
}

/** Throws 400 for metadata that no object can have, whatever its kind. */
export function decodeMetadata(kind: ResourceKind, body: JsonObject): void {
  if (body.metadata === undefined || body.metadata === null) return;
  if (!isObject(body.metadata))
    throw undecodable(kind, `json: cannot unmarshal ${typeof body.metadata} into Go struct field .metadata`);
  try {
    decodeType("meta.v1.ObjectMeta", { ...body.metadata }, "metadata");
  } catch (error) {
    if (error instanceof TypeError) throw undecodable(kind, error.message);
    throw error;
  }
}

const undecodable = ({ kind, version }: ResourceKind, why: string): Error =>
  badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
