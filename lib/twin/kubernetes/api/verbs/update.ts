import type { Json } from "../../../world/world.ts";
import { admit } from "../admission/admit.ts";
import { type ApiObject, type ObjectMeta, timestamp } from "../api-object.ts";
import { applyDefaults } from "../defaults/apply-defaults.ts";
import { copyJson, isObject, type JsonObject, sameJson } from "../json-values.ts";
import { storedApiVersionOf } from "../kinds/resource-kind.ts";
import { afterUpdate } from "../lifecycle/after-update.ts";
import { eraseObject } from "../lifecycle/erase.ts";
import { recordUpdate } from "../patch/managed-fields.ts";
import { conflict, invalid, notFound } from "../status.ts";
import { checkChange } from "../validation/check-object.ts";
import { decodeFields } from "../validation/decode.ts";
import { bodyOf } from "./create.ts";
import { fieldManager, isDryRun, type WriteRequest } from "./write-request.ts";

/** The object that a request names; throws NotFound. */
export function existingObject({ state, kind, namespace, name = "" }: WriteRequest): ApiObject {
  const found = state.store.get(kind, namespace, name);
  if (!found) throw notFound(kind, name);
  return found;
}

export function replaceObject(request: WriteRequest, body: Json | undefined): ApiObject {
  const existing = existingObject(request);
  return storeChange(request, existing, bodyOf(request, body));
}

/**
 * Stores what an update or a patch made of an object, if that is a change at all.
 * @param applied whether an apply has written managedFields itself
 */
export function storeChange(
  request: WriteRequest,
  existing: ApiObject,
  desired: JsonObject,
  applied = false,
): ApiObject {
  const { state, kind } = request;
  const changed = ownCopy(request, mergedWithExisting(request, existing, desired));
  decodeFields(request, changed);
  // A status brings the stored, frozen specification along, which has its defaults.
  if (request.subresource !== "status") applyDefaults(state, kind, changed, existing);
  checkChange(kind, existing, changed);
  admit({ operation: "UPDATE", request, name: existing.metadata.name, object: changed, old: existing });
  if (sameContent(existing, changed)) return existing;
  if (kind.counted && !sameJson(specification(existing), specification(changed)))
    changed.metadata.generation = (existing.metadata.generation ?? 0) + 1;
  if (!applied)
    recordUpdate(existing, changed, {
      manager: fieldManager(request),
      time: timestamp(state.world.clock.now()),
      ...(request.subresource ? { subresource: request.subresource } : {}),
    });
  if (isDryRun(request)) return changed;
  const stored = state.write(kind, changed, existing);
  afterUpdate(state, kind, existing, stored);
  return finishDeletion(request, stored);
}

/** A copy that may be completed. A status of a built-in kind leaves the rest of the stored object as it is. */
function ownCopy({ kind, subresource }: WriteRequest, merged: ApiObject): ApiObject {
  if (subresource !== "status" || kind.custom) return copyJson(merged);
  const { status, ...rest } = merged;
  const metadata = { ...merged.metadata };
  return { ...(rest as ApiObject), metadata, ...(status === undefined ? {} : { status: copyJson(status) }) };
}

/** The last finalizer gone, the object goes. */
function finishDeletion({ state, kind }: WriteRequest, stored: ApiObject): ApiObject {
  const { namespace, name, uid } = stored.metadata;
  const current = state.store.get(kind, namespace, name);
  if (current?.metadata.uid !== uid) return stored;
  const isDone = current.metadata.deletionTimestamp && !current.metadata.finalizers?.length;
  if (isDone && kind.kind !== "Namespace") return eraseObject(state, kind, current);
  return current;
}

/** What generation counts: everything but metadata and status. */
const specification = (object: ApiObject): JsonObject => ({ ...object, metadata: null, status: null });

function sameContent(existing: ApiObject, changed: ApiObject): boolean {
  const bare = (object: ApiObject): JsonObject => ({
    ...object,
    metadata: { ...object.metadata, managedFields: [], resourceVersion: "" },
  });
  return sameJson(bare(existing), bare(changed)) && !ownershipChanged(existing, changed);
}

/** An apply that changes nothing but who owns which field is a change all the same. */
function ownershipChanged(existing: ApiObject, changed: ApiObject): boolean {
  const owners = (object: ApiObject): JsonObject[] =>
    (object.metadata.managedFields ?? []).map(({ time: _time, ...entry }) => entry as JsonObject);
  return !sameJson(owners(existing), owners(changed));
}

function mergedWithExisting(request: WriteRequest, existing: ApiObject, desired: JsonObject): ApiObject {
  const { kind, subresource } = request;
  const metadata = changedMetadata(request, existing, desired);
  const identity = { apiVersion: storedApiVersionOf(kind), kind: kind.kind };
  if (subresource === "status") {
    const kept = {
      ...existing.metadata,
      ...(metadata.managedFields ? { managedFields: metadata.managedFields } : {}),
    };
    const { status: _old, ...rest } = existing;
    const status = desired.status === undefined ? {} : { status: desired.status };
    return { ...(rest as ApiObject), metadata: kept, ...status };
  }
  const { status, ...content } = desired;
  const keepsStatus = kind.subresources.includes("status");
  const next = keepsStatus ? existing.status : status;
  return { ...content, ...identity, metadata, ...(next === undefined ? {} : { status: next }) };
}

/** Metadata that clients can change, over that which they can't. */
function changedMetadata(request: WriteRequest, existing: ApiObject, desired: JsonObject): ObjectMeta {
  const given = (isObject(desired.metadata) ? desired.metadata : {}) as Partial<ObjectMeta>;
  checkIdentity(request, existing, given);
  const { labels, annotations, ownerReferences, finalizers, managedFields } = given;
  const {
    labels: _labels,
    annotations: _annotations,
    ownerReferences: _owners,
    finalizers: _finalizers,
    ...fixed
  } = existing.metadata;
  return {
    ...fixed,
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(ownerReferences?.length ? { ownerReferences } : {}),
    ...(finalizers?.length ? { finalizers } : {}),
    ...(managedFields ? { managedFields } : {}),
  };
}

function checkIdentity(
  { kind, name = "" }: WriteRequest,
  existing: ApiObject,
  given: Partial<ObjectMeta>,
): void {
  if (given.name !== undefined && given.name !== name)
    throw invalid(kind, given.name, [
      {
        field: "metadata.name",
        reason: "FieldValueInvalid",
        message: `Invalid value: "${given.name}": field is immutable`,
      },
    ]);
  if (given.uid && given.uid !== existing.metadata.uid)
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${existing.metadata.uid}`,
    );
  if (given.resourceVersion && given.resourceVersion !== existing.metadata.resourceVersion)
    throw conflict(kind, name);
  const added = (given.finalizers ?? []).filter((each) => !existing.metadata.finalizers?.includes(each));
  if (existing.metadata.deletionTimestamp && added.length > 0)
    throw invalid(kind, name, [
      {
        field: "metadata.finalizers",
        reason: "FieldValueForbidden",
        message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
      },
    ]);
}
