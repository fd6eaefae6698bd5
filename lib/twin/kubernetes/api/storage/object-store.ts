import { COLLECTIONS } from "../../../world/records.ts";
import type { Collection, World } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { freezeJson } from "../json-values.ts";
import { type ResourceKind, storageKeyOf, storedApiVersionOf } from "../kinds/resource-kind.ts";

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

/** What a store remembers beside the objects. */
type Revision = { revision: number; createdAt: number };

/** Objects of one resource in one namespace, with the world's key of each. */
class Bucket {
  readonly keys = new Map<string, string>();
  #sorted: string[] | undefined;
  add(name: string, key: string): void {
    if (!this.keys.has(name)) this.#sorted = undefined;
    this.keys.set(name, key);
  }
  delete(name: string): void {
    this.keys.delete(name);
    this.#sorted = undefined;
  }
  /** In etcd's order. */
  sorted(): string[] {
    this.#sorted ??= [...this.keys.keys()].sort();
    return this.#sorted;
  }
}

/** The objects of one cluster, indexed so that neither a get nor a list looks at anything else. */
export class ObjectStore {
  readonly #cluster: string;
  readonly #objects: Collection<ApiObject>;
  readonly #revisions: Collection<Revision>;
  readonly #buckets = new Map<string, Map<string, Bucket>>();
  readonly #dependents = new Map<string, Set<string>>();

  constructor(world: World, cluster: string) {
    this.#cluster = cluster;
    this.#objects = world.collection<ApiObject>(COLLECTIONS.kubernetesObjects);
    this.#revisions = world.collection<Revision>("kubernetes.revisions");
  }

  /** Takes over what the world already holds for this cluster. */
  load(kindOf: (object: ApiObject) => ResourceKind | undefined): void {
    for (const [key, object] of this.#objects.entries()) {
      if (!key.startsWith(`${this.#cluster}/`)) continue;
      const kind = kindOf(object);
      if (kind) this.#index(kind, object, key);
    }
  }

  get revision(): number {
    return this.#revisions.get(this.#cluster)?.revision ?? 0;
  }

  nextRevision(): number {
    const current = this.#revisions.get(this.#cluster) ?? { revision: 0, createdAt: 0 };
    this.#revisions.set(this.#cluster, { ...current, revision: current.revision + 1 });
    return current.revision + 1;
  }

  get(kind: ResourceKind, namespace: string | undefined, name: string): ApiObject | undefined {
    const key = this.#buckets
      .get(storageKeyOf(kind))
      ?.get(namespace ?? "")
      ?.keys.get(name);
    return key === undefined ? undefined : this.#objects.get(key);
  }

  /** All objects, or those of one namespace, in the order of namespace and name. */
  list(kind: ResourceKind, namespace?: string): ApiObject[] {
    const buckets = this.#buckets.get(storageKeyOf(kind));
    if (!buckets) return [];
    const namespaces = namespace === undefined ? [...buckets.keys()].sort() : [namespace];
    const found: ApiObject[] = [];
    for (const each of namespaces) {
      const bucket = buckets.get(each);
      for (const name of bucket?.sorted() ?? []) {
        const object = this.#objects.get(bucket?.keys.get(name) ?? "");
        if (object) found.push(object);
      }
    }
    return found;
  }

  put(kind: ResourceKind, object: ApiObject): ApiObject {
    const key = this.#keyOf(kind, object);
    const before = this.#objects.get(key);
    if (before) this.#forgetOwners(before, key);
    this.#objects.set(key, freezeJson(object));
    this.#index(kind, object, key);
    return object;
  }

  remove(kind: ResourceKind, object: ApiObject): void {
    const key = this.#keyOf(kind, object);
    this.#objects.delete(key);
    this.#forgetOwners(object, key);
    this.#buckets
      .get(storageKeyOf(kind))
      ?.get(object.metadata.namespace ?? "")
      ?.delete(object.metadata.name);
  }

  /** Objects that name this uid as an owner. */
  dependents(uid: string): ApiObject[] {
    const keys = [...(this.#dependents.get(uid) ?? [])].sort();
    return keys.flatMap((key) => this.#objects.get(key) ?? []);
  }

  #keyOf(kind: ResourceKind, { metadata }: ApiObject): string {
    const place = `${metadata.namespace ?? "-"}/${metadata.name}`;
    return `${this.#cluster}/${storedApiVersionOf(kind)}/${kind.kind}/${place}`;
  }

  #index(kind: ResourceKind, object: ApiObject, key: string): void {
    const storageKey = storageKeyOf(kind);
    const buckets = this.#buckets.get(storageKey) ?? new Map<string, Bucket>();
    this.#buckets.set(storageKey, buckets);
    const namespace = object.metadata.namespace ?? "";
    const bucket = buckets.get(namespace) ?? new Bucket();
    buckets.set(namespace, bucket);
    bucket.add(object.metadata.name, key);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const keys = this.#dependents.get(uid) ?? new Set<string>();
      this.#dependents.set(uid, keys.add(key));
    }
  }

  #forgetOwners(object: ApiObject, key: string): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) this.#dependents.get(uid)?.delete(key);
  }
}
