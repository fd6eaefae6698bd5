import { join } from "node:path";
import { type GateReaction, gateReactions, median } from "../../report/gate-reactions.ts";
import { parseHistory } from "../../report/history.ts";
import { stepsOf } from "../../report/steps.ts";
import { Twin } from "../../twin/twin.ts";
import type { RunRecord } from "../run-record.ts";
import { runRecord } from "../run-record.ts";

/** How one deploy of the whole platform into an empty world went, at one scale of the modelled latencies. */
export interface PipelineNumbers {
  readonly latencyScale: number;
  readonly makespanSeconds: number;
  /** The same layers one after another. */
  readonly oneAfterAnotherSeconds: number;
  readonly terraformSeconds: number;
  readonly provisioningSeconds: number;
  readonly healthSeconds: number;
  readonly peopleSeconds: number;
  readonly orchestrationSeconds: number;
  /** Of the terraform part of the critical path, in percent; to be at most 2. */
  readonly orchestrationPercent: number;
  /** The same with CodeBuild's own provisioning counted in; to be at most 12. */
  readonly withProvisioningPercent: number;
  /** Upper bound of the time from health to a gate's pass, median over all gates; to be at most 10. */
  readonly gateReactionSeconds: number;
  /** The same of the slowest gate, and which it is. */
  readonly slowestReactionSeconds: number;
  readonly slowestGate: string;
  /** Of the gate that looked most often; to be at most 60. */
  readonly mostLooks: number;
  readonly transitions: number;
  readonly usd: number;
}

export interface BenchPlaces {
  readonly assembly: string;
  readonly terraformDirectory: string;
  readonly workDirectory: string;
}

export async function measurePipeline(places: BenchPlaces, latencyScale: number): Promise<PipelineNumbers> {
  const twin = await Twin.open({
    ...places,
    workDirectory: join(places.workDirectory, "bench"),
    latencyScale,
  });
  try {
    const run = twin.start("deploy", { operation: "deploy", reason: "benchmark" });
    await twin.finish(run);
    const reactions = gateReactions(stepsOf(parseHistory(twin.history(run))));
    return numbersOf(runRecord(twin, run, 0), reactions, latencyScale);
  } finally {
    await twin.close();
  }
}

const percent = (part: number, whole: number): number => Math.round((part / whole) * 1_000) / 10;

function numbersOf(
  record: RunRecord,
  reactions: readonly GateReaction[],
  latencyScale: number,
): PipelineNumbers {
  if (record.status !== "SUCCEEDED")
    throw new Error(`the benchmark's deploy ended ${record.status}: ${record.error?.cause}`);
  const { spent, bill } = record;
  const [slowest] = [...reactions].sort((a, b) => b.atMostMilliseconds - a.atMostMilliseconds);
  return {
    latencyScale,
    makespanSeconds: record.seconds,
    oneAfterAnotherSeconds: Math.round(record.layers.reduce((sum, { seconds }) => sum + seconds, 0)),
    terraformSeconds: spent.terraform,
    provisioningSeconds: spent.provisioning,
    healthSeconds: spent.health,
    peopleSeconds: spent.people,
    orchestrationSeconds: spent.orchestration,
    orchestrationPercent: percent(spent.orchestration, spent.terraform),
    withProvisioningPercent: percent(spent.orchestration + spent.provisioning, spent.terraform),
    gateReactionSeconds: median(reactions.map(({ atMostMilliseconds }) => atMostMilliseconds)) / 1_000,
    slowestReactionSeconds: (slowest?.atMostMilliseconds ?? 0) / 1_000,
    slowestGate: slowest ? `${slowest.layer}: ${slowest.gate}` : "",
    mostLooks: Math.max(0, ...reactions.map(({ looks }) => looks)),
    transitions: bill.transitions,
    usd: Math.round((bill.stepFunctionsUsd + bill.lambdaUsd) * 10_000) / 10_000,
  };
}
