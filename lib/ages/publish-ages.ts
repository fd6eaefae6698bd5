import type { Measurement, Metrics } from "../run/ports.ts";
import { type Proof, type ProofName, ProofNameSchema } from "../run/proof.ts";
import { budgetUsedPercent, type Ends, FAILURE_BUDGET_DAYS, proofAge } from "./proof-ages.ts";

export interface AgesPorts {
  /** The last of each name that passed. */
  readonly proofs: { allPassed(): Promise<readonly Proof[]> };
  /** When this environment's ages were published first. */
  readonly counting: { since(now: Date): Promise<Date> };
  readonly history: { endsSince(machine: string, since: Date): Promise<Ends> };
  readonly metrics: Metrics;
}

const DAY_MILLISECONDS = 24 * 3_600_000;

/** The machine whose executions a proof is of. */
const machineOf = (proof: ProofName): string => (proof === "run" ? "pipeline" : proof);

/**
 * Publishes how old every proof is and how much of each machine's failure budget is used. Whoever watches these
 * metrics need not look further back than hours; when this function stops, they miss them, and that is an alarm.
 */
export async function publishAges(ports: AgesPorts, now: Date): Promise<readonly Measurement[]> {
  const [since, passed] = await Promise.all([ports.counting.since(now), ports.proofs.allPassed()]);
  const from = new Date(now.getTime() - FAILURE_BUDGET_DAYS * DAY_MILLISECONDS);
  const measurements = await Promise.all(
    ProofNameSchema.options.map(async (proof): Promise<Measurement[]> => {
      const lastPassed = passed.find((each) => each.proof === proof);
      const ends = await ports.history.endsSince(machineOf(proof), from);
      const dimensions = { Proof: proof };
      return [
        { metric: "ProofAge", value: proofAge(proof, lastPassed, since, now).hours, dimensions },
        { metric: "FailureBudgetUsed", value: budgetUsedPercent(ends), dimensions },
      ];
    }),
  );
  const all = measurements.flat();
  ports.metrics.publish(all, now);
  return all;
}
