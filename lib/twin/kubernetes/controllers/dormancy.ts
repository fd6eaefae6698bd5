import type { World } from "../../world/world.ts";

/** Virtual time from which controllers may look at an object; key as in `kubernetes.objects`. */
const DORMANT = "controllers.dormant";

export interface ObjectReference {
  readonly cluster: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | null | undefined;
  readonly name: string;
}

export const keyOf = ({ cluster, apiVersion, kind, namespace, name }: ObjectReference): string =>
  `${cluster}/${apiVersion}/${kind}/${namespace ?? "-"}/${name}`;

/**
 * An apply writes all its objects at one frozen instant, though the real one writes them over minutes. What it
 * wrote stays unseen by controllers until the operation's own time has come, which is known when the whole
 * apply is: hand the returned function to the operation's `settle`.
 * An operation that is never settled (no build around it) lets its objects be seen at once.
 */
export function sleepUntilSettled(
  world: World,
  objects: readonly ObjectReference[],
): (startsAt: number, endsAt: number) => void {
  return (startsAt) => {
    if (startsAt <= world.clock.now()) return;
    for (const object of objects)
      world.collection<{ until: number }>(DORMANT).set(keyOf(object), { until: startsAt });
  };
}

/** Nothing sleeps in a cluster that is gone. */
export function forgetSleepers(world: World, cluster: string): void {
  const dormant = world.collection<{ until: number }>(DORMANT);
  for (const key of dormant.keys()) if (key.startsWith(`${cluster}/`)) dormant.delete(key);
}

/** When controllers may see the object; a time in the past means now. */
export function sleepsUntil(world: World, object: ObjectReference): number {
  const dormant = world.collection<{ until: number }>(DORMANT);
  const until = dormant.get(keyOf(object))?.until ?? 0;
  if (until > 0 && until <= world.clock.now()) dormant.delete(keyOf(object));
  return until;
}
