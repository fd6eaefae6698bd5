import type { Layer } from "./define-layers.ts";

/**
 * Which layers follow each other and which run side by side. No waves: a wave is a barrier, and a layer
 * would wait for others on which it does not depend.
 */
export type ScheduleNode =
  | { readonly layer: string }
  | { readonly series: readonly ScheduleNode[] }
  | { readonly parallel: readonly ScheduleNode[] };

type Comparable = (a: string, b: string) => boolean;

/**
 * Composes the layers in series and in parallel. Where the graph of dependencies is series-parallel, the
 * schedule lasts as long as its critical path; elsewhere no such composition exists without waiting for more
 * than the dependencies, and a layer with several dependencies follows the Parallel that holds them all.
 * Ties keep the order given. A dependency that is not among the layers is ignored.
 */
export function scheduleLayers(layers: readonly Pick<Layer, "name" | "dependsOn">[]): ScheduleNode {
  const ancestors = closeTransitively(layers);
  return compose(
    layers.map((layer) => layer.name),
    ancestors,
  );
}

/** For destroy: everything that came after goes first. */
export function reverseSchedule(node: ScheduleNode): ScheduleNode {
  if ("series" in node) return { series: node.series.map(reverseSchedule).reverse() };
  if ("parallel" in node) return { parallel: node.parallel.map(reverseSchedule) };
  return node;
}

/** How long the schedule lasts: series add up, of a Parallel the longest branch counts. */
export function makespan(node: ScheduleNode, durationOf: (layer: string) => number): number {
  if ("series" in node) return node.series.reduce((sum, each) => sum + makespan(each, durationOf), 0);
  if ("parallel" in node) return Math.max(0, ...node.parallel.map((each) => makespan(each, durationOf)));
  return durationOf(node.layer);
}

/** Layers of a schedule from left to right. */
export function layersOf(node: ScheduleNode): string[] {
  if ("series" in node) return node.series.flatMap(layersOf);
  if ("parallel" in node) return node.parallel.flatMap(layersOf);
  return [node.layer];
}

/** Everything that each layer depends on, directly or not. Edges that follow from others change nothing here. */
function closeTransitively(
  layers: readonly Pick<Layer, "name" | "dependsOn">[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map(layers.map((layer) => [layer.name, layer.dependsOn]));
  const closed = new Map<string, Set<string>>();
  const close = (name: string): Set<string> => {
    const known = closed.get(name);
    if (known) return known;
    const all = new Set<string>();
    closed.set(name, all);
    for (const dependency of direct.get(name) ?? []) {
      if (!direct.has(dependency)) continue;
      all.add(dependency);
      for (const further of close(dependency)) all.add(further);
    }
    return all;
  };
  for (const layer of layers) close(layer.name);
  return closed;
}

function compose(
  names: readonly string[],
  ancestors: ReadonlyMap<string, ReadonlySet<string>>,
): ScheduleNode {
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return { layer: only };
  const precedes: Comparable = (a, b) => ancestors.get(b)?.has(a) ?? false;
  const ordered: Comparable = (a, b) => precedes(a, b) || precedes(b, a);

  const independent = components(names, ordered);
  if (independent.length !== 1) return { parallel: independent.map((part) => compose(part, ancestors)) };

  // Parts between which every pair is ordered stand in series: everything of one precedes all of the next.
  const steps = components(names, (a, b) => !ordered(a, b));
  if (steps.length > 1)
    return series(
      steps.sort(([a = ""], [b = ""]) => (precedes(a, b) ? -1 : 1)),
      ancestors,
    );

  // Not series-parallel. What joins several branches, and all that follows it, comes after those branches.
  const joined = new Set(names.filter((name) => joins(name, names, precedes)));
  const after = names.filter(
    (name) => joined.has(name) || names.some((n) => joined.has(n) && precedes(n, name)),
  );
  return series([names.filter((name) => !after.includes(name)), after], ancestors);
}

function series(
  parts: readonly (readonly string[])[],
  ancestors: ReadonlyMap<string, ReadonlySet<string>>,
): ScheduleNode {
  const nodes = parts.map((part) => compose(part, ancestors));
  return { series: nodes.flatMap((node) => ("series" in node ? node.series : [node])) };
}

/** Does it have two dependencies of which neither follows from the other? */
function joins(name: string, names: readonly string[], precedes: Comparable): boolean {
  const before = names.filter((other) => precedes(other, name));
  const direct = before.filter((one) => !before.some((other) => precedes(one, other)));
  return direct.length > 1;
}

/** Connected components of the graph that `linked` draws, in the order of their first member. */
function components(names: readonly string[], linked: Comparable): string[][] {
  const left = new Set(names);
  const found: string[][] = [];
  for (const first of names) {
    if (!left.delete(first)) continue;
    const component = new Set([first]);
    for (const member of component)
      for (const other of left)
        if (linked(member, other)) {
          left.delete(other);
          component.add(other);
        }
    found.push(names.filter((name) => component.has(name)));
  }
  return found;
}
