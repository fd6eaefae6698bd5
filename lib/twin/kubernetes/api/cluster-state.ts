import type { World } from "../../world/world.ts";
import type { ApiObject } from "./api-object.ts";
import { objectsAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds/built-in-kinds.ts";
import { KindRegistry } from "./kinds/registry.ts";
import type { ResourceKind } from "./kinds/resource-kind.ts";
import { ChangeLog } from "./storage/change-log.ts";
import { type ChangeType, ObjectStore } from "./storage/object-store.ts";

/** What decides which resources are served. */
const isDefinition = ({ kind }: ResourceKind): boolean =>
  kind === "CustomResourceDefinition" || kind === "APIService";

const METRICS_SERVICE = "v1beta1.metrics.k8s.io";

/** What one API server works on: objects, their history, the resources served. */
export class ClusterState {
  readonly world: World;
  readonly name: string;
  readonly store: ObjectStore;
  readonly log: ChangeLog;
  readonly kinds: KindRegistry;
  /** Counts changes of RBAC objects, so that what was derived from them can be kept until the next. */
  permissionsRevision = 0;
  /** The same for admission policies and their bindings. */
  policiesRevision = 0;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.store = new ObjectStore(world, name);
    this.kinds = new KindRegistry(
      () => this.#definitions(),
      () => this.#servesMetrics(),
    );
    this.#loadStored();
    this.log = new ChangeLog(this.store.revision);
  }

  /** The built-in kind of this name; throws if there is none. */
  builtIn(group: string, plural: string): ResourceKind {
    const kind = BUILT_IN.get(`${group}/${plural}`);
    if (!kind) throw new Error(`no built-in resource ${plural}.${group}`);
    return kind;
  }

  /** Stores an object under a new resourceVersion and tells everyone. */
  write(kind: ResourceKind, object: ApiObject, previous?: ApiObject): ApiObject {
    const revision = this.store.nextRevision();
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    const stored = this.store.put(kind, { ...object, metadata });
    this.#announce(previous ? "MODIFIED" : "ADDED", kind, stored, previous, revision);
    return stored;
  }

  /** Removes an object for good and tells everyone. */
  erase(kind: ResourceKind, object: ApiObject): ApiObject {
    const revision = this.store.nextRevision();
    this.store.remove(kind, object);
    const metadata = { ...object.metadata, resourceVersion: String(revision) };
    const last = { ...object, metadata };
    this.#announce("DELETED", kind, last, object, revision);
    return last;
  }

  #announce(
    type: ChangeType,
    kind: ResourceKind,
    object: ApiObject,
    previous: ApiObject | undefined,
    revision: number,
  ): void {
    if (isDefinition(kind)) this.kinds.changed();
    if (kind.group === "rbac.authorization.k8s.io") this.permissionsRevision += 1;
    if (kind.group === "admissionregistration.k8s.io") this.policiesRevision += 1;
    // Watches before reactions: a reaction may write, and a watch must not see that first.
    this.log.append({ type, revision, kind, object, previous });
    const { name, namespace } = object.metadata;
    this.world.emit("kubernetes.changed", {
      cluster: this.name,
      type,
      apiVersion: object.apiVersion,
      kind: object.kind,
      namespace: namespace ?? null,
      name,
    });
  }

  #definitions(): ApiObject[] {
    return this.store.list(DEFINITIONS);
  }

  #servesMetrics(): boolean {
    const service = this.store.get(
      this.builtIn("apiregistration.k8s.io", "apiservices"),
      undefined,
      METRICS_SERVICE,
    );
    return objectsAt(service, "status", "conditions").some(
      ({ type, status }) => type === "Available" && status === "True",
    );
  }

  #loadStored(): void {
    const kindOf = (object: ApiObject): ResourceKind | undefined =>
      this.kinds.findKind(object.apiVersion, object.kind);
    // Twice: the definitions loaded first make the kinds of the others known.
    this.store.load((object) => (object.kind === DEFINITIONS.kind ? kindOf(object) : undefined));
    this.kinds.changed();
    this.store.load((object) => (object.kind === DEFINITIONS.kind ? undefined : kindOf(object)));
    // Whether there are metrics is known only now.
    this.kinds.changed();
  }
}

/** The first version of each resource, which is the one that is stored unless it says otherwise. */
const BUILT_IN = new Map(
  BUILT_IN_KINDS.filter(({ storedAs }) => !storedAs).map((kind) => [`${kind.group}/${kind.plural}`, kind]),
);

const DEFINITIONS: ResourceKind = {
  group: "apiextensions.k8s.io",
  version: "v1",
  storageVersion: "v1",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  kind: "CustomResourceDefinition",
  listKind: "CustomResourceDefinitionList",
  namespaced: false,
  shortNames: [],
  categories: [],
  subresources: ["status"],
  counted: true,
};
