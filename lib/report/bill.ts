import type { HistoryEvent } from "./history.ts";
import type { BuildTimes } from "./overhead.ts";

/** One invocation of a function, as it is billed. */
export interface Invocation {
  readonly functionName: string;
  readonly billedMilliseconds: number;
  readonly memoryMegabytes: number;
}

export interface Bill {
  readonly transitions: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly buildMinutes: number;
  readonly stepFunctionsUsd: number;
  readonly lambdaUsd: number;
  readonly codeBuildUsd: number;
}

/**
 * On-demand prices in us-east-1, USD, free tiers left out: AWS price list of 2025-08 (Step Functions Standard,
 * per transition), AWS Lambda pricing 2026-09 for arm64 (per GB-second and per request), CodeBuild
 * arm1.small per started minute.
 */
const PRICES = {
  transition: 0.025 / 1_000,
  gigabyteSecond: 0.0000133334,
  request: 0.2 / 1_000_000,
  buildMinute: 0.0034,
} as const;

const micro = (usd: number): number => Math.round(usd * 1_000_000) / 1_000_000;

/** What the control plane's part of a run costs. Every entered state and every retry is a transition. */
export function billOf(
  events: readonly HistoryEvent[],
  invocations: readonly Invocation[],
  builds: readonly BuildTimes[],
): Bill {
  const entered = events.filter(({ type }) => type.endsWith("StateEntered")).length;
  const scheduled = events.filter(({ type }) => type === "TaskScheduled").length;
  const taskStates = events.filter(({ type }) => type === "TaskStateEntered").length;
  const transitions = entered + Math.max(0, scheduled - taskStates);
  const gigabyteSeconds = invocations.reduce(
    (sum, { billedMilliseconds, memoryMegabytes }) =>
      sum + (billedMilliseconds / 1_000) * (memoryMegabytes / 1_024),
    0,
  );
  const buildMinutes = builds.reduce(
    (sum, { startedAt, endedAt }) => sum + Math.ceil((endedAt - startedAt) / 60_000),
    0,
  );
  return {
    transitions,
    invocations: invocations.length,
    gigabyteSeconds: Math.round(gigabyteSeconds * 1_000) / 1_000,
    buildMinutes,
    stepFunctionsUsd: micro(transitions * PRICES.transition),
    lambdaUsd: micro(gigabyteSeconds * PRICES.gigabyteSecond + invocations.length * PRICES.request),
    codeBuildUsd: micro(buildMinutes * PRICES.buildMinute),
  };
}
