import type { Json } from "../world/world.ts";

/** An operation of the journal as far as timing needs it. */
export interface TimedOperation {
  readonly action: "create" | "update" | "delete";
  readonly type: string;
  readonly id: string;
  readonly lastsMilliseconds: number;
}

export interface ScheduledOperation {
  /** The resource's address in the state, when the state knows it. */
  readonly address?: string;
  readonly type: string;
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

export interface ApplySchedule {
  readonly totalMilliseconds: number;
  /** One for each operation of the journal, in its order; times from the start of the apply. */
  readonly operations: readonly ScheduledOperation[];
  /** What the apply waited for, first to last; addresses, or `type (id)` where there is none. */
  readonly criticalPath: readonly string[];
}

interface Instance {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly dependencies: readonly string[];
}

type StateAttributes = { id?: unknown; object?: { value?: ManifestObject } };
type ManifestObject = {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string | null };
};
type StateInstance = { attributes?: StateAttributes; dependencies?: string[]; index_key?: string | number };
type StateResource = {
  mode?: string;
  type?: string;
  name?: string;
  module?: string;
  instances?: StateInstance[];
};

/** What the journal calls an instance: its id, or, as `kubernetes_manifest` has none, where its object is. */
function idOf(attributes: StateAttributes | undefined): string {
  const object = attributes?.object?.value;
  if (attributes?.id !== undefined || !object) return String(attributes?.id ?? "");
  const { name, namespace } = object.metadata ?? {};
  return `${object.apiVersion}/${object.kind}/${namespace ?? ""}/${name}`;
}

/** Managed instances of a state file; dependencies are addresses of resources, without index. */
function instancesOf(state: Json | undefined): Instance[] {
  const resources = ((state ?? {}) as { resources?: StateResource[] }).resources ?? [];
  return resources
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type = "", name = "", module: home, instances = [] }) => {
      const address = `${home ? `${home}.` : ""}${type}.${name}`;
      return instances.map(({ attributes, dependencies = [], index_key }) => ({
        address: index_key === undefined ? address : `${address}[${JSON.stringify(index_key)}]`,
        type,
        id: idOf(attributes),
        dependencies,
      }));
    });
}

/** The address of the resource that an instance belongs to, as `dependencies` name it. */
const resourceAddress = (address: string): string => address.replace(/\[[^\]]*\](?=\.|$)/g, "");

interface Node {
  readonly index: number;
  readonly operation: TimedOperation;
  readonly instance: Instance | undefined;
}

const keyOf = ({ type, id }: { type: string; id: string }): string => `${type}/${id}`;

/** The instance that an operation is about, in the state that has it: what is deleted is only in the older one. */
function nodesOf(journal: readonly TimedOperation[], before: Instance[], after: Instance[]): Node[] {
  const [older, newer] = [before, after].map(
    (instances) => new Map(instances.map((instance) => [keyOf(instance), instance])),
  );
  return journal.map((operation, index) => {
    const [first, second] = operation.action === "delete" ? [older, newer] : [newer, older];
    return { index, operation, instance: first?.get(keyOf(operation)) ?? second?.get(keyOf(operation)) };
  });
}

const dependsOn = (node: Node, other: Node): boolean =>
  node.instance !== undefined &&
  other.instance !== undefined &&
  node.instance.dependencies.includes(resourceAddress(other.instance.address));

/**
 * Whether `node` waits for `other`: creations and updates for what they depend on, deletions for what depends
 * on them, and the creation that replaces a resource for the deletion of the old one.
 */
function waitsFor(node: Node, other: Node): boolean {
  if (node === other) return false;
  const [mine, theirs] = [node.operation.action === "delete", other.operation.action === "delete"];
  if (mine && theirs) return dependsOn(other, node);
  if (!mine && !theirs) return dependsOn(node, other);
  if (mine) return false;
  const replaced = node.instance?.address === other.instance?.address && node.instance !== undefined;
  return replaced && other.index < node.index;
}

/** When each operation ends, given that it starts as soon as what it waits for has ended. */
function finishTimes(nodes: readonly Node[]): { ends: number[]; because: (number | undefined)[] } {
  const waits = nodes.map((node) => nodes.filter((other) => waitsFor(node, other)));
  const ends: number[] = [];
  const because: (number | undefined)[] = [];
  const finish = (node: Node, path: ReadonlySet<number>): number => {
    const known = ends[node.index];
    if (known !== undefined) return known;
    if (path.has(node.index))
      throw new Error(`the state has a cycle of dependencies at ${node.operation.type}`);
    const deeper = new Set([...path, node.index]);
    let start = 0;
    for (const other of waits[node.index] ?? []) {
      const end = finish(other, deeper);
      if (end <= start) continue;
      start = end;
      because[node.index] = other.index;
    }
    const end = start + node.operation.lastsMilliseconds;
    ends[node.index] = end;
    return end;
  };
  for (const node of nodes) finish(node, new Set());
  return { ends, because };
}

const nameOf = ({ instance, operation }: Node): string =>
  instance?.address ?? `${operation.type} (${operation.id})`;

/**
 * How long an apply lasts and when each of its operations happens, from the dependencies that terraform itself
 * writes into the state. Terraform's limit of ten operations at once is not modelled: the layers are never
 * that wide for long, and the limit would make times depend on the order of equal candidates.
 */
export function schedule(
  journal: readonly TimedOperation[],
  stateBefore: Json | undefined,
  stateAfter: Json | undefined,
): ApplySchedule {
  const nodes = nodesOf(journal, instancesOf(stateBefore), instancesOf(stateAfter));
  const { ends, because } = finishTimes(nodes);
  const operations = nodes.map(({ index, operation, instance }) => {
    const endsAt = ends[index] ?? 0;
    const timed = {
      type: operation.type,
      id: operation.id,
      startsAt: endsAt - operation.lastsMilliseconds,
      endsAt,
    };
    return instance ? { address: instance.address, ...timed } : timed;
  });
  const totalMilliseconds = ends.reduce((latest, end) => Math.max(latest, end), 0);
  const criticalPath: string[] = [];
  let at: number | undefined = totalMilliseconds > 0 ? ends.indexOf(totalMilliseconds) : undefined;
  while (at !== undefined) {
    const node: Node | undefined = nodes[at];
    if (node) criticalPath.unshift(nameOf(node));
    at = because[at];
  }
  return { totalMilliseconds, operations, criticalPath };
}
