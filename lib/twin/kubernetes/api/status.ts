import type { KubernetesResponse } from "../contract.ts";
import type { JsonObject } from "./json-values.ts";
import type { ResourceKind } from "./kinds/resource-kind.ts";

/** An answer other than success. Every error that leaves the API server is one, as a `Status` object. */
export class ApiError extends Error {
  readonly status: JsonObject;
  readonly code: number;
  constructor(code: number, reason: string, message: string, details?: JsonObject) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...(details ? { details } : {}),
      code,
    };
  }
  get response(): KubernetesResponse {
    return { status: this.code, body: this.status };
  }
}

/** `deployments.apps`, or `pods` in the core group. */
export const qualified = (kind: Pick<ResourceKind, "plural" | "group">): string =>
  kind.group ? `${kind.plural}.${kind.group}` : kind.plural;

const details = (kind: ResourceKind, name: string): JsonObject => ({
  ...(name ? { name } : {}),
  ...(kind.group ? { group: kind.group } : {}),
  kind: kind.plural,
});

export const notFound = (kind: ResourceKind, name: string): ApiError =>
  new ApiError(404, "NotFound", `${qualified(kind)} "${name}" not found`, details(kind, name));

export const alreadyExists = (kind: ResourceKind, name: string): ApiError =>
  new ApiError(409, "AlreadyExists", `${qualified(kind)} "${name}" already exists`, details(kind, name));

const STALE = "the object has been modified; please apply your changes to the latest version and try again";

export const conflict = (kind: ResourceKind, name: string, why = STALE): ApiError =>
  new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`,
    details(kind, name),
  );

export const forbidden = (kind: ResourceKind, name: string, why: string): ApiError =>
  new ApiError(
    403,
    "Forbidden",
    name ? `${qualified(kind)} "${name}" is forbidden: ${why}` : `${qualified(kind)} is forbidden: ${why}`,
    details(kind, name),
  );

export const badRequest = (message: string): ApiError => new ApiError(400, "BadRequest", message);

/** The path leads to nothing that this server serves. */
export const noSuchResource = (): ApiError =>
  new ApiError(404, "NotFound", "the server could not find the requested resource", {});

export const methodNotAllowed = (): ApiError =>
  new ApiError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );

export const unauthorized = (): ApiError => new ApiError(401, "Unauthorized", "Unauthorized");

export const serviceUnavailable = (message: string): ApiError =>
  new ApiError(503, "ServiceUnavailable", message);

export const expired = (message: string): ApiError => new ApiError(410, "Expired", message);

export interface FieldProblem {
  readonly field: string;
  readonly reason:
    | "FieldValueInvalid"
    | "FieldValueRequired"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueTypeInvalid"
    | "FieldValueDuplicate"
    | "FieldValueTooLong"
    | "FieldValueTooMany";
  /** With the words in front that the API puts there: `Required value`, `Invalid value: 0: must be …`. */
  readonly message: string;
}

export function invalid(
  kind: Pick<ResourceKind, "kind" | "group">,
  name: string,
  problems: FieldProblem[],
): ApiError {
  const lines = problems.map((problem) => `${problem.field}: ${problem.message}`);
  const all = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  const type = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return new ApiError(422, "Invalid", `${type} "${name}" is invalid: ${all}`, {
    name,
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.kind,
    causes: problems.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}

export const success = (details: JsonObject): JsonObject => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  details,
});
