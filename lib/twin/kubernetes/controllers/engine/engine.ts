import { type ClusterRecord, COLLECTIONS } from "../../../world/records.ts";
import type { Json } from "../../../world/world.ts";
import { keyOf, type ObjectReference, sleepsUntil } from "../dormancy.ts";
import { ClusterClient } from "./cluster-client.ts";
import type { Change, Controller, ControllerOptions, ReconcileContext } from "./controller.ts";
import { ObjectIndex } from "./object-index.ts";

/** A reconciliation to come: data, so that it survives in a saved world. */
type Turn = {
  controller: string;
  cluster: string;
  apiVersion: string;
  kind: string;
  namespace: string | null;
  name: string;
};

const TOPIC = "controllers.reconcile";

/** Calls controllers for what changes, each object at most once an instant, in the order of the changes. */
export class Engine {
  readonly #options: ControllerOptions;
  readonly #controllers: ReadonlyMap<string, Controller>;
  readonly #index: ObjectIndex;
  readonly #clients = new Map<string, ClusterClient>();
  /** Turns that are already waiting for an instant; a lost one costs a second look, nothing else. */
  readonly #waiting = new Set<string>();

  constructor(options: ControllerOptions, controllers: readonly Controller[]) {
    this.#options = options;
    this.#controllers = new Map(controllers.map((controller) => [controller.name, controller]));
    this.#index = new ObjectIndex(options.world);
    options.world.on<Change>("kubernetes.changed", (change) => this.#react(change));
    options.world.on<Turn>(TOPIC, (turn) => this.#take(turn));
  }

  client(cluster: string): ClusterClient {
    const known = this.#clients.get(cluster);
    if (known) return known;
    const { world, kubernetes } = this.#options;
    const client = new ClusterClient(world, kubernetes, this.#index, cluster);
    this.#clients.set(cluster, client);
    return client;
  }

  /** Lets a controller look at an object `milliseconds` (not scaled) from now. */
  enqueue(controller: string, reference: ObjectReference, milliseconds = 0): void {
    const { world } = this.#options;
    const at = world.clock.now() + milliseconds;
    const key = `${at}/${controller}/${keyOf(reference)}`;
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const { cluster, apiVersion, kind, namespace, name } = reference;
    const turn: Turn = { controller, cluster, apiVersion, kind, namespace: namespace ?? null, name };
    world.schedule(milliseconds, TOPIC, turn as Json);
  }

  #react(change: Change): void {
    for (const controller of this.#controllers.values()) {
      const watch = controller.watches[change.kind];
      if (watch === undefined) continue;
      if (watch === "self" && controller.releasesAtOnce && this.#release(controller, change)) continue;
      const references = watch === "self" ? [change] : watch(change, this.client(change.cluster));
      for (const reference of references) this.enqueue(controller.name, reference);
    }
  }

  /** Whether the object is one that is being deleted, and was looked at. */
  #release(controller: Controller, change: Change): boolean {
    if (change.type === "DELETED" || !this.#isUp(change.cluster)) return false;
    const { cluster, apiVersion, kind, namespace, name } = change;
    const object = this.client(cluster).get(apiVersion, kind, namespace ?? undefined, name);
    if (!object?.metadata.deletionTimestamp) return false;
    const turn = { controller: controller.name, cluster, apiVersion, kind, namespace, name };
    controller.reconcile(object, this.#context(controller.name, turn));
    return true;
  }

  #take(turn: Turn): void {
    const { world } = this.#options;
    const now = world.clock.now();
    this.#waiting.delete(`${now}/${turn.controller}/${keyOf(turn)}`);
    const controller = this.#controllers.get(turn.controller);
    if (!controller || !this.#isUp(turn.cluster)) return;
    const asleepUntil = sleepsUntil(world, turn);
    if (asleepUntil > now) {
      this.enqueue(turn.controller, turn, asleepUntil - now);
      return;
    }
    const object = this.client(turn.cluster).get(
      turn.apiVersion,
      turn.kind,
      turn.namespace ?? undefined,
      turn.name,
    );
    const context = this.#context(controller.name, turn);
    if (object) controller.reconcile(object, context);
    else controller.gone?.(turn, context);
  }

  #context(controller: string, turn: Turn): ReconcileContext {
    const { world, latencyScale } = this.#options;
    return {
      client: this.client(turn.cluster),
      options: this.#options,
      world,
      now: world.clock.now(),
      scaled: (milliseconds) => milliseconds * latencyScale,
      after: (milliseconds) => this.enqueue(controller, turn, Math.max(0, milliseconds * latencyScale)),
      again: () => this.enqueue(controller, turn),
    };
  }

  #isUp(cluster: string): boolean {
    const status = this.#options.world.collection<ClusterRecord>(COLLECTIONS.clusters).get(cluster)?.status;
    return status === "ACTIVE" || status === "UPDATING";
  }
}
