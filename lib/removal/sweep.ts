import type { TaggedResource } from "../drift/unmanaged.ts";
import type { Finding } from "../run/finding.ts";
import { judgeLeftovers, notSwept, type Removal } from "./leftovers.ts";

/** Looks for what a removal has left behind. That it cannot look is a finding, and fails nobody's run. */
export async function sweepLeftovers(
  removal: Removal,
  tagged: (environment: string) => Promise<TaggedResource[]>,
): Promise<Finding[]> {
  if (!removal.outcomes.some(({ result }) => result === "destroyed")) return [];
  try {
    return judgeLeftovers(await tagged(removal.environment), removal);
  } catch (error) {
    return [notSwept(removal.environment, error instanceof Error ? error.message : String(error))];
  }
}
