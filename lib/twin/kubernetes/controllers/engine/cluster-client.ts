import { COLLECTIONS } from "../../../world/records.ts";
import type { Collection, Json, World } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import { freezeJson } from "../../api/json-values.ts";
import { BUILT_IN_KINDS } from "../../api/kinds/built-in-kinds.ts";
import { type Kubernetes, SYSTEM_MASTERS } from "../../contract.ts";
import { keyOf, type ObjectReference } from "../dormancy.ts";
import type { ObjectIndex } from "./object-index.ts";

type Fields = { [key: string]: Json };

const PLURALS = new Map(
  BUILT_IN_KINDS.map(({ group, version, kind, plural }) => [
    `${group ? `${group}/` : ""}${version}/${kind}`,
    plural,
  ]),
);

/** English plural of a kind in lower case, as custom resources name theirs. */
export function pluralOf(apiVersion: string, kind: string): string {
  const known = PLURALS.get(`${apiVersion}/${kind}`);
  if (known) return known;
  const lower = kind.toLowerCase();
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(lower) ? `${lower}es` : `${lower}s`;
}

const pathOf = (
  { apiVersion, kind, namespace, name }: Omit<ObjectReference, "cluster">,
  named = true,
): string => {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespace ? `/namespaces/${namespace}` : "";
  return `${group}${place}/${pluralOf(apiVersion, kind)}${named ? `/${name}` : ""}`;
};

/** Answers that mean "somebody was faster", "not now" or "the cluster is gone": the next look will see. */
const PASSING = new Set([403, 404, 409, 429, 503]);
/** What admission and validation answer. */
const REFUSED = new Set([403, 422]);

/** Controllers' hands in one cluster: reads come from the world, writes go through the API server. */
export class ClusterClient {
  readonly cluster: string;
  readonly #kubernetes: Kubernetes;
  readonly #objects: Collection<ApiObject>;
  readonly #index: ObjectIndex;

  constructor(world: World, kubernetes: Kubernetes, index: ObjectIndex, cluster: string) {
    this.cluster = cluster;
    this.#kubernetes = kubernetes;
    this.#objects = world.collection<ApiObject>(COLLECTIONS.kubernetesObjects);
    this.#index = index;
  }

  get(apiVersion: string, kind: string, namespace: string | undefined, name: string): ApiObject | undefined {
    return this.#objects.get(keyOf({ cluster: this.cluster, apiVersion, kind, namespace, name }));
  }

  /** In the order of namespace and name. */
  list(apiVersion: string, kind: string, namespace?: string): ApiObject[] {
    return this.#index
      .keys(`${this.cluster}/${apiVersion}/${kind}`, namespace)
      .flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** @param refused told why, if the API server will not have it; without it, what is invalid throws */
  create(object: Fields, refused?: (why: string) => void): ApiObject | undefined {
    const metadata = object.metadata as { name: string; namespace?: string };
    const reference = { apiVersion: String(object.apiVersion), kind: String(object.kind), ...metadata };
    return this.#write("POST", pathOf(reference, false), object, refused);
  }

  /** A merge patch of the object, or of its status where that is a subresource. */
  patch(object: ApiObject, patch: Fields, subresource?: "status"): ApiObject | undefined {
    return this.#write("PATCH", `${this.pathOf(object)}${subresource ? `/${subresource}` : ""}`, patch);
  }

  /** New times in a status that says the same as before. No new version and no event: nobody reacts to it. */
  renew(object: ApiObject, times: Fields): void {
    const status = { ...(object.status as Fields | undefined), ...times };
    this.#objects.set(keyOf(this.referenceOf(object)), freezeJson({ ...object, status }));
  }

  delete(object: ApiObject): void {
    this.#write("DELETE", this.pathOf(object), { propagationPolicy: "Background" });
  }

  post(path: string, body: Fields): void {
    this.#write("POST", path, body);
  }

  pathOf(object: ApiObject): string {
    const { name, namespace } = object.metadata;
    return pathOf({ apiVersion: object.apiVersion, kind: object.kind, namespace, name });
  }

  referenceOf(object: ApiObject): ObjectReference {
    const { apiVersion, kind, metadata } = object;
    return { cluster: this.cluster, apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
  }

  #write(
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body: Fields,
    refused?: (why: string) => void,
  ): ApiObject | undefined {
    const { status, body: answer } = this.#kubernetes.cluster(this.cluster).handle({
      user: SYSTEM_MASTERS,
      method,
      path,
      body,
      ...(method === "PATCH" ? { contentType: "application/merge-patch+json" } : {}),
    });
    if (status < 400) return answer as unknown as ApiObject;
    if (refused && REFUSED.has(status)) {
      refused(String((answer as Fields).message));
      return undefined;
    }
    if (PASSING.has(status)) return undefined;
    throw new Error(`${method} ${path}: ${String((answer as Fields).message)}`);
  }
}
