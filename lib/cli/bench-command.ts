import { join } from "node:path";
import { Twin } from "../twin/twin.ts";
import { assembly } from "./assembly.ts";
import { type GateCostNumbers, measureGateCost } from "./bench/gate-cost.ts";
import type { LargeClusterNumbers } from "./bench/large-cluster.ts";
import { type BenchPlaces, measurePipeline, type PipelineNumbers } from "./bench/pipeline.ts";
import {
  type BundleNumbers,
  measureBundle,
  measureLargeCluster,
  measureStart,
  measureSynth,
} from "./bench/processes.ts";
import { refuseUnwritable, writeWhole } from "./output-files.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "./places.ts";
import { pinnedTerraform, terraformDirectory } from "./terraform-binary.ts";
import { EXIT_SUCCEEDED } from "./usage-error.ts";

/** Half and double the modelled latencies: what holds only at one of them is luck. */
const SCALES = [0.5, 1, 2];

/** `strata bench`: prints tables; `--json` writes the same numbers. */
export async function benchCommand(options: { json?: string }): Promise<number> {
  if (options.json !== undefined) refuseUnwritable(options.json, "--json");
  const cache = join(PROJECT_ROOT, WORK_DIRECTORY);
  const places: BenchPlaces = {
    assembly: await assembly(PROJECT_ROOT, cache),
    terraformDirectory: await terraformDirectory(
      await pinnedTerraform(PROJECT_ROOT),
      join(cache, "terraform"),
    ),
    workDirectory: cache,
  };
  const pipeline: PipelineNumbers[] = [];
  for (const scale of SCALES) pipeline.push(await measurePipeline(places, scale));
  const start = await measureStart();
  const synthSeconds = await measureSynth();
  const bundles = await measureBundles(places);
  const largeCluster = await measureLargeCluster();
  const gateCost = await measureGateCost();
  const numbers = { pipeline, start, synthSeconds, bundles, gateCost, largeCluster };
  process.stdout.write(`${tables(numbers).join("\n")}\n`);
  if (options.json !== undefined) writeWhole(options.json, `${JSON.stringify(numbers, null, 2)}\n`);
  return EXIT_SUCCEEDED;
}

async function measureBundles(places: BenchPlaces): Promise<BundleNumbers[]> {
  const twin = await Twin.open({ ...places, workDirectory: join(places.workDirectory, "bench") });
  try {
    const bundles: BundleNumbers[] = [];
    for (const { name, codeDirectory, environment } of twin.functions())
      bundles.push(await measureBundle(name, codeDirectory, environment));
    return bundles;
  } finally {
    await twin.close();
  }
}

interface Numbers {
  readonly pipeline: readonly PipelineNumbers[];
  readonly start: { readonly wallSeconds: number; readonly peakMegabytes: number };
  readonly synthSeconds: number;
  readonly bundles: readonly BundleNumbers[];
  readonly gateCost: GateCostNumbers;
  readonly largeCluster: LargeClusterNumbers;
}

/** What the two figures mean that a design is held to. */
const DEFINITIONS = [
  "Orchestration: what the critical path spends on transitions, functions and a gate's reaction: neither terraform and",
  "what it waits for, nor CodeBuild's provisioning, nor the world becoming healthy, nor people. To be at most 2 % of terraform.",
  "A gate passes after health at most as long as lies between its last look that was too early (or the end of the apply,",
  "if none was) and its pass. To be at most 10 s at the median, in at most 60 looks; delegation waits for a person.",
];

function tables({ pipeline, start, synthSeconds, bundles, gateCost, largeCluster }: Numbers): string[] {
  const row = (label: string, value: (numbers: PipelineNumbers) => number | string): string =>
    label.padEnd(44) + pipeline.map((numbers) => String(value(numbers)).padStart(24)).join("");
  return [
    row("modelled latencies times", ({ latencyScale }) => latencyScale),
    row("makespan, s", ({ makespanSeconds }) => makespanSeconds),
    row("layers one after another, s", ({ oneAfterAnotherSeconds }) => oneAfterAnotherSeconds),
    row("critical path: terraform, s", ({ terraformSeconds }) => terraformSeconds),
    row("critical path: CodeBuild provisioning, s", ({ provisioningSeconds }) => provisioningSeconds),
    row("critical path: becoming healthy, s", ({ healthSeconds }) => healthSeconds),
    row("critical path: people, s", ({ peopleSeconds }) => peopleSeconds),
    row("critical path: orchestration, s", ({ orchestrationSeconds }) => orchestrationSeconds),
    row("orchestration / terraform, %", ({ orchestrationPercent }) => orchestrationPercent),
    row("… with provisioning, %", ({ withProvisioningPercent }) => withProvisioningPercent),
    row("gate passes after health, median, s at most", ({ gateReactionSeconds }) => gateReactionSeconds),
    row("… the slowest gate, s at most", ({ slowestReactionSeconds }) => slowestReactionSeconds),
    row("… which is", ({ slowestGate }) => slowestGate),
    row("looks of the gate that looked most often", ({ mostLooks }) => mostLooks),
    row("state transitions", ({ transitions }) => transitions),
    row("Step Functions and Lambda, USD", ({ usd }) => usd),
    "",
    ...DEFINITIONS,
    "",
    `npm start: ${start.wallSeconds.toFixed(1)} s, peak ${start.peakMegabytes} MB; synth ${synthSeconds.toFixed(1)} s`,
    "",
    `${"bundle".padEnd(40)}${"KB".padStart(8)}${"load, ms".padStart(12)}`,
    ...bundles.map(
      ({ name, kilobytes, loadMilliseconds }) =>
        `${name.padEnd(40)}${String(kilobytes).padStart(8)}${loadMilliseconds.toFixed(0).padStart(12)}`,
    ),
    "",
    `a gate adds to a handler that only calls EKS (${gateCost.largestGate}, the largest): ${gateCost.addedKilobytes} KB, ${gateCost.addedLoadMilliseconds} ms of load`,
    `@kubernetes/client-node adds to the same: ${gateCost.clientNodeKilobytes} KB, ${gateCost.clientNodeLoadMilliseconds} ms of load`,
    "",
    `${largeCluster.pods} pods and ${largeCluster.applications} Applications judged in ${(largeCluster.milliseconds / 1_000).toFixed(1)} s, peak ${largeCluster.peakMegabytes} MB`,
    `${largeCluster.illPods} pods and ${largeCluster.illApplications} Applications are ill; of ${largeCluster.findings} findings ${largeCluster.keptFindings} are kept, the worst one by one, the others counted`,
  ];
}
