import { addFault } from "../world/faults.ts";
import { type Lie, toFault } from "../world/lies.ts";
import type { Break } from "./break.ts";

/** A break by which objects of the cluster's API say what is not so, and nothing else in the world is changed. */
export const lying = (name: string, description: string, ...lies: readonly Lie[]): Break => ({
  name,
  description,
  prepare({ world }) {
    for (const lie of lies) addFault(world, toFault(lie));
  },
});

/** A condition as most objects have it. */
export const says = (type: string, status: string, reason: string, message = ""): Record<string, string> => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: "now-600s",
});
