import type { ApiObject } from "../api-object.ts";
import { METRICS_KINDS } from "../metrics/metrics-api.ts";
import { BUILT_IN_KINDS } from "./built-in-kinds.ts";
import { customKinds } from "./custom-kinds.ts";
import { apiVersionOf, type ResourceKind } from "./resource-kind.ts";

/** The resources that one cluster serves at the moment: built-in ones and those of its definitions. */
export class KindRegistry {
  readonly #definitions: () => readonly ApiObject[];
  readonly #servesMetrics: () => boolean;
  #byResource: Map<string, ResourceKind> | undefined;
  #all: readonly ResourceKind[] = BUILT_IN_KINDS;

  /**
   * @param definitions the cluster's CustomResourceDefinitions, asked again after `changed`
   * @param servesMetrics whether a metrics server stands behind the API, asked then, too
   */
  constructor(definitions: () => readonly ApiObject[], servesMetrics: () => boolean) {
    this.#definitions = definitions;
    this.#servesMetrics = servesMetrics;
  }

  /** To be called after each change of a CustomResourceDefinition or an APIService. */
  changed(): void {
    this.#byResource = undefined;
  }

  all(): readonly ResourceKind[] {
    this.#index();
    return this.#all;
  }

  find(group: string, version: string, plural: string): ResourceKind | undefined {
    return this.#index().get(`${group}/${version}/${plural}`);
  }

  /** By apiVersion and kind, as manifests name it. */
  findKind(apiVersion: string, kind: string): ResourceKind | undefined {
    return this.all().find((known) => known.kind === kind && apiVersionOf(known) === apiVersion);
  }

  /** One kind for each set of stored objects. */
  stored(): ResourceKind[] {
    const first = new Map<string, ResourceKind>();
    for (const kind of this.all()) {
      const key = `${kind.group}/${kind.plural}`;
      if (!kind.question && !kind.storedAs && !kind.computed && !first.has(key)) first.set(key, kind);
    }
    return [...first.values()];
  }

  #index(): Map<string, ResourceKind> {
    if (this.#byResource) return this.#byResource;
    const metrics = this.#servesMetrics() ? METRICS_KINDS : [];
    this.#all = [...BUILT_IN_KINDS, ...metrics, ...this.#definitions().flatMap(customKinds)];
    this.#byResource = new Map(
      this.#all.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]),
    );
    return this.#byResource;
  }
}
