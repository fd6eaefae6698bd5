import { COLLECTIONS } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import { keyOf } from "../dormancy.ts";
import type { Change } from "./controller.ts";

/** Keys of the world's objects by kind and namespace, so that a list looks at nothing else. */
export class ObjectIndex {
  readonly #world: World;
  #byKind: Map<string, Set<string>> | undefined;
  /** Answers by kind, then by namespace, until a key of the kind comes or goes. */
  readonly #answers = new Map<string, Map<string | undefined, readonly string[]>>();

  constructor(world: World) {
    this.#world = world;
    world.on<Change>("kubernetes.changed", (change) => this.#follow(change));
  }

  /** @param kind `<cluster>/<apiVersion>/<kind>` */
  keys(kind: string, namespace?: string): readonly string[] {
    const answers = this.#answers.get(kind) ?? new Map<string | undefined, readonly string[]>();
    const answer = answers.get(namespace) ?? this.#sorted(kind, namespace);
    this.#answers.set(kind, answers.set(namespace, answer));
    return answer;
  }

  #sorted(kind: string, namespace: string | undefined): string[] {
    const keys = [...(this.#built().get(kind) ?? [])].sort();
    const prefix = `${kind}/${namespace}/`;
    return namespace === undefined ? keys : keys.filter((key) => key.startsWith(prefix));
  }

  /** Built at the first question, because a saved world is loaded after its parts are wired. */
  #built(): Map<string, Set<string>> {
    if (this.#byKind) return this.#byKind;
    this.#byKind = new Map();
    for (const key of this.#world.collection(COLLECTIONS.kubernetesObjects).keys()) this.#add(key);
    return this.#byKind;
  }

  #follow(change: Change): void {
    if (!this.#byKind) return;
    const key = keyOf(change);
    if (change.type === "MODIFIED") return;
    this.#answers.delete(kindOf(key));
    if (change.type === "DELETED") this.#byKind.get(kindOf(key))?.delete(key);
    else this.#add(key);
  }

  #add(key: string): void {
    const kind = kindOf(key);
    const keys = this.#byKind?.get(kind) ?? new Set<string>();
    this.#byKind?.set(kind, keys.add(key));
  }
}

/** All of a key but namespace and name. */
const kindOf = (key: string): string => key.split("/").slice(0, -2).join("/");
