import { COLLECTIONS, type FaultRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Puts a fault into the world. */
export function addFault(world: World, fault: FaultRecord): void {
  const faults = world.collection<FaultRecord>(COLLECTIONS.faults);
  faults.set(String(faults.keys().length).padStart(4, "0"), fault);
}

/**
 * The first fault of a kind that `matches`, or undefined. A fault with `remaining` is used up by one,
 * so ask only where the fault would strike.
 */
export function strikes(
  world: World,
  kind: string,
  matches: (fault: FaultRecord) => boolean,
): FaultRecord | undefined {
  const faults = world.collection<FaultRecord>(COLLECTIONS.faults);
  for (const [key, fault] of faults.entries()) {
    if (fault.kind !== kind || fault.remaining === 0 || !matches(fault)) continue;
    if (fault.remaining !== undefined) faults.set(key, { ...fault, remaining: fault.remaining - 1 });
    return fault;
  }
  return undefined;
}
