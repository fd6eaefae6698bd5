import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import { sameJson } from "../../api/json-values.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { isTrue } from "../engine/conditions.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, ownerReference, textAt } from "../engine/fields.ts";
import { noResults, type Results, tell } from "./layout.ts";
import { type Item, readModifier } from "./resource-modifiers.ts";
import type { BackedUp, SavedObject } from "./restore-source.ts";
import { awaitingFiles, restoreVolume } from "./restore-volumes.ts";

/** Never restored, whatever is asked for. @see velero, pkg/controller/restore_controller.go `nonRestorableResources` */
const NEVER = [
  "nodes",
  "events",
  "events.events.k8s.io",
  "backups.velero.io",
  "restores.velero.io",
  "resticrepositories.velero.io",
  "csinodes.storage.k8s.io",
  "volumeattachments.storage.k8s.io",
  "backuprepositories.velero.io",
];
/** Before all others, in this order; the others by name. @see velero, pkg/cmd/server/config `DefaultRestorePriorities` */
const FIRST = [
  "persistentvolumes",
  "persistentvolumeclaims",
  "secrets",
  "configmaps",
  "serviceaccounts",
  "limitranges",
  "pods",
  "replicasets.apps",
];
/** Kinds that find what is theirs by labels and take it, once their owner is there again. */
const ADOPTED: ReadonlySet<string> = new Set(["Pod", "ReplicaSet", "EndpointSlice"]);

export interface Restored {
  readonly warnings: Results;
  readonly errors: Results;
  /** `v1/Pod` → `namespace/name(created)` */
  readonly resourceList: { [kind: string]: string[] };
  readonly total: number;
}

/** Makes the backup's objects anew, each in the namespace that its own is mapped to. */
export function restoreItems(restore: ApiObject, source: BackedUp, context: ReconcileContext): Restored {
  const restoration = new Restoration(restore, source, context);
  const items = source.objects.filter((item) => isWanted(item, mapAt(restore, "spec"))).sort(byPriority);
  for (const item of items) restoration.restore(item);
  adopt(restoration.made, context.client);
  const { warnings, errors, resourceList } = restoration;
  return { warnings, errors, resourceList, total: items.length };
}

class Restoration {
  readonly warnings = noResults();
  readonly errors = noResults();
  readonly resourceList: { [kind: string]: string[] } = {};
  readonly made: [SavedObject, ApiObject][] = [];
  readonly #restore: ApiObject;
  readonly #source: BackedUp;
  readonly #context: ReconcileContext;
  readonly #modify: ((item: Item) => Fields) | undefined;

  constructor(restore: ApiObject, source: BackedUp, context: ReconcileContext) {
    this.#restore = restore;
    this.#source = source;
    this.#context = context;
    const name = textAt(restore, "spec", "resourceModifier", "name");
    if (name !== "")
      this.#modify = readModifier(
        context.client.get("v1", "ConfigMap", restore.metadata.namespace, name),
        name,
      );
  }

  restore(item: SavedObject): void {
    const namespace = this.#target(item);
    const { name } = item.object.metadata;
    try {
      if (namespace !== undefined)
        ensureNamespace(namespace, item.namespace ?? "", this.#source, this.#context.client);
      this.#note(item, namespace, this.#make(item, namespace));
    } catch (error) {
      const what = `error restoring ${item.resource}/${namespace ?? ""}/${name}`;
      tell(this.errors, namespace, `${what}: ${(error as Error).message}`);
      this.#note(item, namespace, "failed");
    }
  }

  #make(item: SavedObject, namespace: string | undefined): "created" | "skipped" {
    const { client } = this.#context;
    const { apiVersion, kind, metadata } = item.object;
    const existing = client.get(apiVersion, kind, namespace, metadata.name);
    const prepared = prepare(item, namespace, this.#restore, this.#source, this.#context);
    const object = this.#modify?.({ ...item, object: prepared }) ?? prepared;
    if (existing) {
      if (!isSame(existing, object)) tell(this.warnings, namespace, alreadyThere(existing));
      return "skipped";
    }
    const created = client.create(object);
    if (created) this.made.push([item, created]);
    return created ? "created" : "skipped";
  }

  #target({ namespace }: SavedObject): string | undefined {
    if (namespace === undefined) return undefined;
    return textAt(this.#restore, "spec", "namespaceMapping", namespace) || namespace;
  }

  #note({ object }: SavedObject, namespace: string | undefined, action: string): void {
    const kind = `${object.apiVersion}/${object.kind}`;
    const place = namespace === undefined ? "" : `${namespace}/`;
    const entries = this.resourceList[kind] ?? [];
    this.resourceList[kind] = [...entries, `${place}${object.metadata.name}(${action})`];
  }
}

const alreadyThere = ({ kind, metadata }: ApiObject): string =>
  `could not restore, ${kind} "${metadata.name}" already exists. Warning: the in-cluster version is different than the backed-up version`;

function isWanted({ resource, namespace, object }: SavedObject, spec: Fields): boolean {
  const { includedNamespaces, excludedResources, includeClusterResources } = spec;
  const included = Array.isArray(includedNamespaces) ? includedNamespaces.map(String) : [];
  const excluded = Array.isArray(excludedResources) ? excludedResources.map(String) : [];
  if (NEVER.includes(resource) || excluded.includes(resource) || resource === "namespaces") return false;
  // Volumes come with their claims.
  if (namespace === undefined) return includeClusterResources === true && resource !== "persistentvolumes";
  if (included.length > 0 && !included.includes("*") && !included.includes(namespace)) return false;
  return !isCompleted(object);
}

const isCompleted = (object: ApiObject): boolean =>
  (object.kind === "Pod" && ["Succeeded", "Failed"].includes(textAt(object, "status", "phase"))) ||
  (object.kind === "Job" && (isTrue(object, "Complete") || isTrue(object, "Failed")));

function byPriority(a: SavedObject, b: SavedObject): number {
  const rank = ({ resource }: SavedObject): number =>
    FIRST.includes(resource) ? FIRST.indexOf(resource) : FIRST.length;
  return rank(a) - rank(b) || (a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0);
}

/** One that is not there is made as it was in the backup, labels and annotations included; one that is there is taken as it is. */
function ensureNamespace(name: string, from: string, source: BackedUp, client: ClusterClient): void {
  if (client.get("v1", "Namespace", undefined, name)) return;
  const was = source.namespace(from)?.metadata;
  client.create({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { ...was?.labels }, annotations: { ...was?.annotations } },
  });
}

/** What Velero takes off an object and puts on it. @see velero, pkg/restore/restore.go `resetMetadataAndStatus`, and pkg/restore/actions */
function prepare(
  { object, namespace: from }: SavedObject,
  namespace: string | undefined,
  restore: ApiObject,
  source: BackedUp,
  context: ReconcileContext,
): Fields {
  const { status: _status, ...rest } = structuredClone(object) as Fields & {
    metadata: ApiObject["metadata"];
  };
  const { name, labels, annotations } = object.metadata;
  const prepared: Fields = {
    ...rest,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...labels,
        "velero.io/backup-name": textAt(restore, "spec", "backupName"),
        "velero.io/restore-name": restore.metadata.name,
      },
      ...(annotations ? { annotations: { ...annotations } } : {}),
    },
  };
  if (object.kind === "PersistentVolumeClaim")
    return restoreVolume(prepared, object, restore, source, context);
  if (object.kind === "Pod") return resetPod(prepared, awaitingFiles(object, from ?? "", source));
  if (object.kind === "Service")
    return resetService(prepared, mapAt(restore, "spec").preserveNodePorts === true);
  return prepared;
}

/** Restricted, with requests. @see velero, pkg/restore/actions/pod_volume_restore_action.go */
const WAIT: Fields = {
  name: "restore-wait",
  image: "velero/velero:v1.18.1",
  command: ["/velero-restore-helper"],
  resources: {
    requests: { cpu: "100m", memory: "128Mi" },
    limits: { cpu: "100m", memory: "128Mi" },
  },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** A pod is placed anew, and one whose volumes come as files waits for them in a first container. */
function resetPod(pod: Fields, waits: boolean): Fields {
  const { nodeName: _node, priority: _priority, ...spec } = mapAt(pod, "spec");
  const before = Array.isArray(spec.initContainers) ? spec.initContainers : [];
  return { ...pod, spec: { ...spec, ...(waits ? { initContainers: [WAIT, ...before] } : {}) } };
}

/** Addresses and node ports are the old object's own. */
function resetService(service: Fields, preserveNodePorts: boolean): Fields {
  const { clusterIP, clusterIPs: _ips, healthCheckNodePort: _port, ports, ...spec } = mapAt(service, "spec");
  const kept = (Array.isArray(ports) ? ports : []).map((port) => {
    const { nodePort, ...rest } = port as Fields;
    return preserveNodePorts && nodePort !== undefined ? { ...rest, nodePort } : rest;
  });
  return { ...service, spec: { ...spec, ports: kept, ...(clusterIP === "None" ? { clusterIP } : {}) } };
}

/** Is what is there what would be made? What only the cluster or Velero write is left out. */
function isSame(existing: ApiObject, wanted: Fields): boolean {
  // Tokens and pull secrets of accounts are merged.
  if (existing.kind === "ServiceAccount") return true;
  const content = ({ metadata: _metadata, status: _status, ...rest }: { [field: string]: Json }): Json =>
    rest;
  return sameJson(content(existing as unknown as Fields), content(wanted));
}

function adopt(made: readonly [SavedObject, ApiObject][], client: ClusterClient): void {
  const byOldUid = new Map(made.map(([{ object }, now]) => [object.metadata.uid, now]));
  for (const [{ object }, now] of made) {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
    const adopter = owner && byOldUid.get(owner.uid);
    if (adopter && ADOPTED.has(object.kind))
      client.patch(now, { metadata: { ownerReferences: [ownerReference(adopter)] } });
  }
}
