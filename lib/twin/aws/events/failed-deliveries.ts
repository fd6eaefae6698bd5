import type { World } from "../../world/world.ts";

/** Where what could not be delivered is written down: AWS only counts it (metric FailedInvocations). */
const FAILED_DELIVERIES = "events.failed-deliveries";

export interface FailedDelivery {
  /** Rule, schedule or function. */
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly error: string;
}

export function noteFailedDelivery(world: World, from: string, to: string, error: unknown): void {
  const failed = world.collection<FailedDelivery>(FAILED_DELIVERIES);
  const sequence = String(failed.keys().length).padStart(6, "0");
  failed.set(sequence, { from, to, at: world.clock.now(), error: String(error) });
}

/** Every delivery that failed so far, oldest first. */
export const failedDeliveries = (world: World): FailedDelivery[] =>
  world.collection<FailedDelivery>(FAILED_DELIVERIES).values();
