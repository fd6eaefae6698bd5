import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { sleepUntilSettled } from "../../../kubernetes/controllers/dormancy.ts";
import type { Json } from "../../../world/world.ts";
import {
  type Attributes,
  type ProviderContext,
  ProviderError,
  type ResourceType,
  UNKNOWN,
  type Value,
} from "../../contract.ts";
import { containsUnknown } from "../../plugin/values.ts";
import { ApiError, type Connection, connect, find, pathOf } from "./connection.ts";
import { REQUEST_MILLISECONDS } from "./object-type.ts";

type Fields = { [key: string]: Json };

const APPLY = "application/apply-patch+yaml";
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields that the API server and controllers own; the provider does not keep them in `object`. */
const SERVERS_OWN = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** Without nulls, which a manifest in HCL is full of when written with optional attributes. */
function withoutNulls(value: Value): Json | undefined {
  if (value === null || value === UNKNOWN) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item) ?? null);
  if (!isFields(value)) return value as Json;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const kept = withoutNulls(item as Value);
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}

function objectOf(manifest: Value | undefined): KubernetesObject {
  const object = withoutNulls(manifest ?? null);
  if (
    !isFields(object) ||
    typeof object.apiVersion !== "string" ||
    typeof object.kind !== "string" ||
    !isFields(object.metadata)
  )
    throw new ProviderError("Failed to determine GroupVersionResource for manifest", ["manifest"]);
  return object as unknown as KubernetesObject;
}

/** What of the live object terraform keeps. */
function kept(object: KubernetesObject): Value {
  const { status: _, ...rest } = object;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([key]) => !SERVERS_OWN.includes(key)),
  );
  return { ...rest, metadata } as Value;
}

function serverPath(connection: Connection, object: KubernetesObject): string {
  const resource = connection.resource(object.apiVersion, object.kind);
  if (!resource) {
    const [group, version] = object.apiVersion.includes("/")
      ? object.apiVersion.split("/")
      : ["", object.apiVersion];
    throw new ProviderError(
      `API did not recognize GroupVersionKind from manifest (CRD may not be installed)\nno matches for kind "${object.kind}" in group "${group}" (version ${version})`,
    );
  }
  if (resource.namespaced && object.metadata.namespace === undefined)
    object.metadata = { ...object.metadata, namespace: "default" };
  return pathOf(object.apiVersion, resource, object.metadata.namespace, object.metadata.name);
}

function manager(values: Attributes): { name: string; force: boolean } {
  const block = Array.isArray(values.field_manager) ? values.field_manager[0] : undefined;
  const settings = isFields(block) ? block : {};
  return {
    name: typeof settings.name === "string" ? settings.name : "Terraform",
    force: settings.force_conflicts === true,
  };
}

function apply(connection: Connection, values: Attributes, dryRun: boolean): KubernetesObject {
  const object = objectOf(values.manifest);
  const path = serverPath(connection, object);
  const { name, force } = manager(values);
  const query = `fieldManager=${encodeURIComponent(name)}&force=${force}${dryRun ? "&dryRun=All" : ""}`;
  try {
    return connection.request("PATCH", `${path}?${query}`, object as Json, APPLY) as KubernetesObject;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    const place = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    throw new ProviderError(
      `There was a field manager conflict when trying to apply the manifest for "${place}"\nThe API returned the following conflict: "${error.message}"\n\nYou can override this conflict by setting "force_conflicts" to true in the "field_manager" block.`,
    );
  }
}

/** Dotted paths that controllers may change. @see the provider's documentation of `computed_fields`, with its default */
const computedFields = (values: Attributes): string[] =>
  Array.isArray(values.computed_fields)
    ? values.computed_fields.map(String)
    : ["metadata.annotations", "metadata.labels"];

/** Does the live object still say what the manifest says? Lists are compared as a whole. */
function agrees(wanted: Json, live: Json | undefined, path: string, computed: readonly string[]): boolean {
  if (computed.includes(path)) return true;
  if (isFields(wanted))
    return (
      isFields(live) &&
      Object.entries(wanted).every(([key, value]) =>
        agrees(value, live[key], path === "" ? key : `${path}.${key}`, computed),
      )
    );
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) &&
      wanted.length === live.length &&
      wanted.every((item, index) => agrees(item, live[index], `${path}[${index}]`, computed))
    );
  return wanted === live || (typeof wanted !== typeof live && String(wanted) === String(live));
}

function planObject(planned: Attributes, prior: Attributes | null, context: ProviderContext): Attributes {
  if (containsUnknown(planned.manifest)) return { ...planned, object: UNKNOWN };
  const connection = connect(context, context.configuration.host as Json);
  serverPath(connection, objectOf(planned.manifest));
  const same =
    prior && agrees(objectOf(planned.manifest) as Json, prior.object as Json, "", computedFields(planned));
  if (same) return { ...planned, object: prior.object ?? null };
  // The server has the last word on what it would make of it: defaults, schema, admission.
  apply(connection, planned, true);
  return { ...planned, object: UNKNOWN };
}

/** A condition or rollout to wait for lasts as long as controllers typically need for a new custom resource (from memory). */
const WAIT_MILLISECONDS = 5_000;
const lasts = (values: Attributes): number =>
  REQUEST_MILLISECONDS + (Array.isArray(values.wait) && values.wait.length > 0 ? WAIT_MILLISECONDS : 0);

function written(values: Attributes, context: ProviderContext, action: "create" | "update"): Attributes {
  const connection = connect(context, context.configuration.host as Json);
  const object = objectOf(values.manifest);
  if (action === "create" && find(connection, withPlace(connection, object)))
    throw new ProviderError(
      `Cannot create resource that already exists\nresource "${object.metadata.namespace ?? ""}/${object.metadata.name}" already exists`,
    );
  const made = apply(connection, values, false);
  const { apiVersion, kind } = made;
  const { name, namespace } = made.metadata;
  const settle = sleepUntilSettled(context.world, [
    { cluster: connection.cluster, apiVersion, kind, namespace, name },
  ]);
  const id = `${apiVersion}/${kind}/${namespace ?? ""}/${name}`;
  context.record({ action, type: "kubernetes_manifest", id, lastsMilliseconds: lasts(values), settle });
  return { ...values, object: kept(made) };
}

function withPlace(connection: Connection, object: KubernetesObject): KubernetesObject {
  serverPath(connection, object);
  return object;
}

/** Any object, by server-side apply; its kind must be known to the API server when terraform plans. */
export const manifestResource: ResourceType = {
  type: "kubernetes_manifest",
  forcesReplacement: [
    "manifest.apiVersion",
    "manifest.kind",
    "manifest.metadata.name",
    "manifest.metadata.namespace",
  ],
  plan: planObject,
  create: (planned, context) => written(planned, context, "create"),
  update: (planned, _prior, context) => written(planned, context, "update"),
  read(state, context) {
    const found = find(
      connect(context, context.configuration.host as Json),
      objectOf(state.object ?? state.manifest),
    );
    return found ? { ...state, object: kept(found) } : null;
  },
  delete(state, context) {
    const connection = connect(context, context.configuration.host as Json);
    const object = objectOf(state.object ?? state.manifest);
    try {
      connection.request("DELETE", serverPath(connection, object));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
    const id = `${object.apiVersion}/${object.kind}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    context.record({
      action: "delete",
      type: "kubernetes_manifest",
      id,
      lastsMilliseconds: REQUEST_MILLISECONDS,
    });
  },
};
