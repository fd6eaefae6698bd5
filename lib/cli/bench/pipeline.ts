import { join } from "node:path";
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
    return numbersOf(runRecord(twin, run, 0), latencyScale);
  } finally {
    await twin.close();
  }
}

const percent = (part: number, whole: number): number => Math.round((part / whole) * 1_000) / 10;

function numbersOf(record: RunRecord, latencyScale: number): PipelineNumbers {
  if (record.status !== "SUCCEEDED")
    throw new Error(`the benchmark's deploy ended ${record.status}: ${record.error?.cause}`);
  const { spent, bill } = record;
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
    transitions: bill.transitions,
    usd: Math.round((bill.stepFunctionsUsd + bill.lambdaUsd) * 10_000) / 10_000,
  };
}
