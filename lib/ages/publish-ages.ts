import { SCENARIO_NAMES } from "../recovery/scenarios.ts";
import { DependencyUnavailableError } from "../run/errors.ts";
import type { Measurement, Metrics } from "../run/ports.ts";
import { type Proof, type ProofName, ProofNameSchema } from "../run/proof.ts";
import { budgetUsedPercent, type Ends, FAILURE_BUDGET_DAYS, proofAge } from "./proof-ages.ts";

export interface AgesPorts {
  readonly proofs: {
    /** The last of each name, and of each disaster that was rehearsed, that passed. */
    allPassed(): Promise<readonly Proof[]>;
    saveLast(proof: Proof): Promise<void>;
  };
  /** A machine in another region that proves something for this environment, where there is one. */
  readonly elsewhere?: { readonly machine: string; lastPassed(): Promise<Proof | undefined> } | undefined;
  /** When this environment's ages were published first. */
  readonly counting: { since(now: Date): Promise<Date> };
  readonly history: { endsSince(machine: string, since: Date): Promise<Ends> };
  readonly metrics: Metrics;
}

const DAY_MILLISECONDS = 24 * 3_600_000;

/** The machine whose executions a proof is of. */
const machineOf = (proof: ProofName): string => (proof === "run" ? "pipeline" : proof);

interface Heard {
  readonly proof?: Proof | undefined;
  readonly failure?: unknown;
}

/** What is proven in another region counts here, too. That region may be the one that does not answer. */
async function hear({ elsewhere, proofs }: AgesPorts, known: readonly Proof[]): Promise<Heard> {
  try {
    const proof = await elsewhere?.lastPassed();
    if (proof && !known.some(({ executionArn }) => executionArn === proof.executionArn))
      await proofs.saveLast(proof);
    return { proof };
  } catch (failure) {
    return { failure };
  }
}

const youngest = (proofs: readonly Proof[]): Proof | undefined =>
  proofs.toSorted((one, other) => Date.parse(other.endedAt) - Date.parse(one.endedAt))[0];

/**
 * Publishes how old every proof is and how much of each machine's failure budget is used. Whoever watches these
 * metrics need not look further back than hours; when this function stops, they miss them, and that is an alarm.
 * @throws DependencyUnavailableError (retryable) if the other region did not answer; the ages are published before,
 * by what it said last
 */
export async function publishAges(ports: AgesPorts, now: Date): Promise<readonly Measurement[]> {
  const [since, known] = await Promise.all([ports.counting.since(now), ports.proofs.allPassed()]);
  const heard = await hear(ports, known);
  const passed = heard.proof ? [...known, heard.proof] : known;
  const from = new Date(now.getTime() - FAILURE_BUDGET_DAYS * DAY_MILLISECONDS);
  const measurements = await Promise.all(
    ProofNameSchema.options.map(async (proof): Promise<Measurement[]> => {
      const lastPassed = youngest(passed.filter((each) => each.proof === proof));
      const ends = await ports.history.endsSince(machineOf(proof), from);
      const dimensions = { Proof: proof };
      return [
        { metric: "ProofAge", value: proofAge(proof, lastPassed, since, now).hours, dimensions },
        { metric: "FailureBudgetUsed", value: budgetUsedPercent(ends), dimensions },
      ];
    }),
  );
  const rehearsals = SCENARIO_NAMES.map((scenario): Measurement => {
    const last = youngest(passed.filter((each) => each.scenario === scenario));
    const { hours } = proofAge("rehearse-recovery", last, since, now);
    return { metric: "RehearsalAge", value: hours, dimensions: { Scenario: scenario } };
  });
  const all = [...measurements.flat(), ...rehearsals];
  ports.metrics.publish(all, now);
  if (heard.failure !== undefined)
    throw new DependencyUnavailableError(
      `the ages are published, but ${ports.elsewhere?.machine} did not say when it last passed: ${String(heard.failure)}`,
      { cause: heard.failure },
    );
  return all;
}
