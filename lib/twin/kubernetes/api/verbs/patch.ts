import type { Json } from "../../../world/world.ts";
import { type ApiObject, timestamp } from "../api-object.ts";
import { isObject, type JsonObject } from "../json-values.ts";
import { fieldsOf, ownable } from "../patch/field-set.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { listKeysOf } from "../patch/managed-fields.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { applyConfiguration, entryOf } from "../patch/server-side-apply.ts";
import { applyStrategicMerge } from "../patch/strategic-merge.ts";
import { ApiError, badRequest } from "../status.ts";
import { bodyOf, createObject } from "./create.ts";
import { existingObject, storeChange } from "./update.ts";
import { fieldManager, type WriteRequest } from "./write-request.ts";

const TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** @returns the object and whether an apply made it */
export function patchObject(
  request: WriteRequest,
  contentType: string,
  body: Json | undefined,
): { object: ApiObject; created: boolean } {
  const type = contentType.split(";")[0]?.trim();
  if (type === TYPES.apply) return apply(request, body);
  const existing = existingObject(request);
  const desired = patched(request, type ?? "", existing, body);
  return { object: storeChange(request, existing, desired), created: false };
}

function patched(
  { kind }: WriteRequest,
  type: string,
  existing: ApiObject,
  body: Json | undefined,
): JsonObject {
  const document = { ...existing };
  switch (type) {
    case TYPES.json:
      return applyJsonPatch(document, body);
    case TYPES.merge:
      return applyMergePatch(document, patchBody(body));
    case TYPES.strategic:
      if (kind.custom) throw unsupported([TYPES.json, TYPES.merge, TYPES.apply]);
      return applyStrategicMerge(document, patchBody(body));
    default:
      throw unsupported(Object.values(TYPES));
  }
}

const unsupported = (accepted: string[]): ApiError =>
  new ApiError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
    {},
  );

function patchBody(body: Json | undefined): JsonObject {
  if (!isObject(body)) throw badRequest("a patch must be an object");
  return body;
}

function apply(request: WriteRequest, body: Json | undefined): { object: ApiObject; created: boolean } {
  const { state, kind, namespace, name = "", query } = request;
  if (!query.get("fieldManager"))
    throw new ApiError(
      400,
      "BadRequest",
      "PatchOptions.meta.k8s.io is invalid: fieldManager: Required value: is required for apply patch",
    );
  const configuration = bodyOf(request, body);
  const metadata = isObject(configuration.metadata) ? configuration.metadata : {};
  if (metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  const writer = {
    manager: fieldManager(request),
    time: timestamp(state.world.clock.now()),
    force: query.get("force") === "true",
    ...(request.subresource ? { subresource: request.subresource } : {}),
  };
  const existing = state.store.get(kind, namespace, name);
  if (existing) {
    const desired = applyConfiguration(existing, configuration, writer);
    return { object: storeChange(request, existing, desired, true), created: false };
  }
  if (request.subresource) existingObject(request);
  const fields = fieldsOf(ownable(configuration), listKeysOf(String(configuration.apiVersion)));
  const managedFields = [
    entryOf({ apiVersion: String(configuration.apiVersion) }, writer, undefined, fields),
  ];
  const named = { ...configuration, metadata: { ...metadata, name, managedFields } };
  return { object: createObject(request, named), created: true };
}
