import type { Json } from "../../../world/world.ts";
import { admit, completeNew } from "../admission/admit.ts";
import { type ApiObject, type ObjectMeta, timestamp } from "../api-object.ts";
import { applyDefaults } from "../defaults/apply-defaults.ts";
import { initialStatus } from "../defaults/initial-status.ts";
import { copyJson, isObject, type JsonObject } from "../json-values.ts";
import { apiVersionOf, storedApiVersionOf } from "../kinds/resource-kind.ts";
import { afterCreate } from "../lifecycle/after-create.ts";
import { recordUpdate } from "../patch/managed-fields.ts";
import { ApiError, alreadyExists, badRequest, forbidden, invalid, notFound } from "../status.ts";
import { checkNew } from "../validation/check-object.ts";
import { decodeFields, decodeMetadata } from "../validation/decode.ts";
import { fieldManager, isDryRun, type WriteRequest } from "./write-request.ts";

/** No vowels and no look-alikes, as upstream's generator of names. */
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

export function createObject(request: WriteRequest, body: Json | undefined): ApiObject {
  const { state, kind } = request;
  refuseTerminating(request);
  const object = newObject(request, bodyOf(request, body));
  decodeFields(request, object);
  applyDefaults(state, kind, object);
  completeNew(request, object);
  checkNew(state, kind, object);
  admit({ operation: "CREATE", request, name: object.metadata.name, object, old: undefined });
  if (state.store.get(kind, object.metadata.namespace, object.metadata.name))
    throw alreadyExists(kind, object.metadata.name);
  if (object.metadata.managedFields === undefined)
    recordUpdate(undefined, object, {
      manager: fieldManager(request),
      time: timestamp(state.world.clock.now()),
    });
  if (isDryRun(request)) return object;
  const stored = state.write(kind, object);
  afterCreate(state, kind, stored);
  return state.store.get(kind, object.metadata.namespace, object.metadata.name) ?? stored;
}

/** The body of a write as an object of the kind that the path names. */
export function bodyOf({ kind }: WriteRequest, body: Json | undefined): JsonObject {
  if (!isObject(body)) throw badRequest("the request needs a body with an object");
  const wanted = apiVersionOf(kind);
  if ((body.kind ?? kind.kind) !== kind.kind || (body.apiVersion ?? wanted) !== wanted)
    throw badRequest(
      `the API version and kind in the data (${String(body.apiVersion)}, Kind=${String(body.kind)}) do not match the expected (${wanted}, Kind=${kind.kind})`,
    );
  const copy = copyJson(body);
  decodeMetadata(kind, copy);
  return copy;
}

function newObject(request: WriteRequest, body: JsonObject): ApiObject {
  const { state, kind } = request;
  const given = (isObject(body.metadata) ? body.metadata : {}) as Partial<ObjectMeta>;
  const namespace = namespaceOf(request, given);
  const name = given.name || generatedName(request, given.generateName);
  if (!name)
    throw invalid(kind, "", [
      {
        field: "metadata.name",
        reason: "FieldValueRequired",
        message: "Required value: name or generateName is required",
      },
    ]);
  const { labels, annotations, finalizers, ownerReferences, generateName } = given;
  const metadata: ObjectMeta = {
    name,
    ...(generateName ? { generateName } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    uid: state.world.drawsOf(`${state.name}/${kind.group}/${kind.plural}/${namespace}/${name}`).uuid(),
    resourceVersion: "",
    ...(kind.counted ? { generation: 1 } : {}),
    creationTimestamp: timestamp(state.world.clock.now()),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(finalizers?.length ? { finalizers } : {}),
    ...(ownerReferences?.length ? { ownerReferences } : {}),
    ...(given.managedFields ? { managedFields: given.managedFields } : {}),
  };
  const { apiVersion: _version, kind: _kind, metadata: _metadata, status, ...content } = body;
  const first = initialStatus(kind, content, status);
  return {
    apiVersion: storedApiVersionOf(kind),
    kind: kind.kind,
    metadata,
    ...content,
    ...(first ? { status: first } : {}),
  };
}

/** A definition that is going away takes no new objects. */
function refuseTerminating({ state, kind }: WriteRequest): void {
  if (!kind.custom) return;
  const definitions = state.builtIn("apiextensions.k8s.io", "customresourcedefinitions");
  if (state.store.get(definitions, undefined, kind.custom.definition)?.metadata.deletionTimestamp)
    throw new ApiError(
      405,
      "MethodNotAllowed",
      "create not allowed while custom resource definition is terminating",
      {},
    );
}

/** Where a new object goes; it must exist and must not be going away. */
function namespaceOf(
  { state, kind, namespace }: WriteRequest,
  given: Partial<ObjectMeta>,
): string | undefined {
  if (!kind.namespaced) return undefined;
  if (given.namespace && given.namespace !== namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  const namespaces = state.builtIn("", "namespaces");
  const home = state.store.get(namespaces, undefined, namespace ?? "");
  if (!home) throw notFound(namespaces, namespace ?? "");
  if (home.metadata.deletionTimestamp)
    throw forbidden(
      kind,
      given.name ?? "",
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  return namespace;
}

function generatedName({ state, kind, namespace }: WriteRequest, prefix: string | undefined): string {
  if (!prefix) return "";
  const draws = state.world.drawsOf(`${state.name}/${kind.plural}/${namespace}/${prefix}`);
  const letter = (): string => SUFFIX_ALPHABET[Math.floor(draws.random() * SUFFIX_ALPHABET.length)] ?? "b";
  for (;;) {
    const name = prefix + Array.from({ length: 5 }, letter).join("");
    if (!state.store.get(kind, namespace, name)) return name;
  }
}
