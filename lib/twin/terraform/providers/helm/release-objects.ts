import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import type { Json, World } from "../../../world/world.ts";
import { ProviderError } from "../../contract.ts";
import { ApiError, type Connection, find, objectPath } from "../kubernetes/connection.ts";
import { mergePatch } from "../kubernetes/merge-patch.ts";

type Fields = { [key: string]: Json };
type Strings = { [key: string]: string };

export interface ReleaseIdentity {
  readonly name: string;
  readonly namespace: string;
}

const annotationsOf = (object: KubernetesObject): Strings => (object.metadata.annotations ?? {}) as Strings;

export const isHook = (object: KubernetesObject): boolean =>
  annotationsOf(object)["helm.sh/hook"] !== undefined;
/** Tests run on demand only; other hooks are gone again when they have succeeded, if they say so. */
const staysAfterInstall = (object: KubernetesObject): boolean => {
  const hook = annotationsOf(object)["helm.sh/hook"] ?? "";
  const policy = annotationsOf(object)["helm.sh/hook-delete-policy"] ?? "";
  return hook.includes("install") && !policy.includes("hook-succeeded");
};

/** An object with what Helm adds to say whose it is. Hooks do not get it. */
export function owned(object: KubernetesObject, release: ReleaseIdentity): KubernetesObject {
  if (isHook(object)) return object;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...((object.metadata.labels ?? {}) as Strings), "app.kubernetes.io/managed-by": "Helm" },
      annotations: {
        ...annotationsOf(object),
        "meta.helm.sh/release-name": release.name,
        "meta.helm.sh/release-namespace": release.namespace,
      },
    },
  };
}

/** What stays in the cluster of a rendering: no tests, no hooks that clean up after themselves. */
export const lasting = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  objects.filter((object) => !isHook(object) || staysAfterInstall(object));

export function create(connection: Connection, object: KubernetesObject): KubernetesObject {
  return connection.request(
    "POST",
    objectPath(connection, object, false),
    object as Json,
  ) as KubernetesObject;
}

/** @throws ProviderError in Helm's words when an object of this name is somebody else's */
export function refuseForeign(
  connection: Connection,
  objects: readonly KubernetesObject[],
  release: ReleaseIdentity,
): void {
  for (const object of objects) {
    if (isHook(object) || !isKnown(connection, object)) continue;
    const live = find(connection, object);
    if (!live || annotationsOf(live)["meta.helm.sh/release-name"] === release.name) continue;
    throw new ProviderError(
      `Unable to continue with install: ${object.kind} "${object.metadata.name}" in namespace "${object.metadata.namespace ?? ""}" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: missing key "meta.helm.sh/release-name": must be set to "${release.name}"`,
    );
  }
}

/** A custom resource may come with its own definition in the same release. */
const isKnown = (connection: Connection, object: KubernetesObject): boolean =>
  connection.resource(object.apiVersion, object.kind) !== undefined;

/** Creates what is missing, changes what differs between two manifests, leaves what others wrote. */
export function put(
  connection: Connection,
  before: KubernetesObject | undefined,
  after: KubernetesObject,
): KubernetesObject {
  const live = isKnown(connection, after) ? find(connection, after) : undefined;
  if (!live) return create(connection, after);
  const patch = mergePatch((before ?? {}) as Fields, after as Fields);
  if (Object.keys(patch).length === 0) return live;
  return connection.request(
    "PATCH",
    objectPath(connection, after),
    patch,
    "application/merge-patch+json",
  ) as KubernetesObject;
}

/** Removes an object unless it is to survive its release. */
export function drop(connection: Connection, object: KubernetesObject): void {
  if (annotationsOf(object)["helm.sh/resource-policy"] === "keep") return;
  if (!isKnown(connection, object)) return;
  try {
    connection.request("DELETE", objectPath(connection, object), { propagationPolicy: "Background" });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}

/** Secrets that install hooks leave behind, by the name of the hook's Job. */
const SECRETS_OF_HOOKS: Readonly<
  Record<string, { readonly secret: string; readonly keys: readonly string[] }>
> = {
  "argocd-redis-secret-init": { secret: "argocd-redis", keys: ["auth"] },
  "ingress-nginx-admission-create": { secret: "ingress-nginx-admission", keys: ["ca", "cert", "key"] },
  "kube-prometheus-stack-admission-create": {
    secret: "kube-prometheus-stack-admission",
    keys: ["ca", "cert", "key"],
  },
};

/** Runs what the install hooks of a rendering do beyond being there. */
export function runHooks(connection: Connection, world: World, objects: readonly KubernetesObject[]): void {
  for (const job of objects.filter((object) => object.kind === "Job" && isHook(object))) {
    const made = SECRETS_OF_HOOKS[job.metadata.name];
    if (!made) continue;
    const { namespace } = job.metadata;
    const secret: KubernetesObject = {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: { name: made.secret, ...(namespace === undefined ? {} : { namespace }) },
      data: Object.fromEntries(made.keys.map((key) => [key, Buffer.from(world.hex(32)).toString("base64")])),
    };
    if (!find(connection, secret)) create(connection, secret);
  }
}
