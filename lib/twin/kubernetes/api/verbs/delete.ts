import type { Json } from "../../../world/world.ts";
import { admit } from "../admission/admit.ts";
import type { ApiObject } from "../api-object.ts";
import { isObject, objectAt } from "../json-values.ts";
import { deleteObject, type Propagation } from "../lifecycle/delete.ts";
import { PERMANENT_NAMESPACES } from "../lifecycle/namespace.ts";
import { conflict, forbidden, success } from "../status.ts";
import { existingObject } from "./update.ts";
import { isDryRun, type WriteRequest } from "./write-request.ts";

/** @returns a `Status` if the object is gone, the object if someone still holds it */
export function deleteOne(request: WriteRequest, body: Json | undefined): { object: Json; gone: boolean } {
  const { state, kind } = request;
  const existing = existingObject(request);
  checkPreconditions(request, existing, body);
  if (kind.kind === "Namespace" && PERMANENT_NAMESPACES.includes(existing.metadata.name))
    throw forbidden(kind, existing.metadata.name, "this namespace may not be deleted");
  admit({ operation: "DELETE", request, name: existing.metadata.name, object: undefined, old: existing });
  const { name, uid } = existing.metadata;
  const details = { name, ...(kind.group ? { group: kind.group } : {}), kind: kind.plural, uid };
  if (isDryRun(request)) return { object: success(details), gone: true };
  const { object, gone } = deleteObject(state, kind, existing, { propagation: propagationOf(request, body) });
  const answersObject = !gone || kind.kind === "Namespace" || kind.kind === "Pod";
  return { object: answersObject ? object : success(details), gone };
}

export function deleteMany(
  request: WriteRequest,
  objects: readonly ApiObject[],
  body: Json | undefined,
): void {
  for (const old of objects)
    admit({ operation: "DELETE", request, name: old.metadata.name, object: undefined, old });
  if (isDryRun(request)) return;
  const { state, kind } = request;
  for (const { metadata } of objects) {
    const current = state.store.get(kind, metadata.namespace, metadata.name);
    if (current?.metadata.uid === metadata.uid)
      deleteObject(state, kind, current, { propagation: propagationOf(request, body) });
  }
}

function propagationOf({ query }: WriteRequest, body: Json | undefined): Propagation {
  const options = isObject(body) ? body : {};
  const policy = options.propagationPolicy ?? query.get("propagationPolicy");
  if (policy === "Foreground" || policy === "Orphan") return policy;
  return options.orphanDependents === true ? "Orphan" : "Background";
}

function checkPreconditions(request: WriteRequest, existing: ApiObject, body: Json | undefined): void {
  const wanted = objectAt(body, "preconditions");
  const { uid, resourceVersion, name } = existing.metadata;
  if (typeof wanted?.uid === "string" && wanted.uid !== uid)
    throw conflict(
      request.kind,
      name,
      `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`,
    );
  if (typeof wanted?.resourceVersion === "string" && wanted.resourceVersion !== resourceVersion)
    throw conflict(
      request.kind,
      name,
      `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
}
