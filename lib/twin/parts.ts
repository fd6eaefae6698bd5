import { join } from "node:path";
import { StepFunctionsEngine } from "./asl/engine.ts";
import { INTEGRATION_LATENCIES } from "./asl/integrations/caller.ts";
import { ServiceRunner } from "./asl/integrations/service-runner.ts";
import { deployAssembly } from "./aws/cloudformation/deploy-assembly.ts";
import type { AwsServer } from "./aws/contract.ts";
import { AwsEmulator } from "./aws/emulator.ts";
import { serve } from "./aws/serve.ts";
import { VirtualClock } from "./clock.ts";
import { CodeBuildRunner } from "./codebuild/runner.ts";
import { installTools } from "./codebuild/tools.ts";
import { type Deployment, readDeployment } from "./deployment.ts";
import { hireOperator } from "./hire-operator.ts";
import { KubernetesTwin } from "./kubernetes/api/kubernetes-twin.ts";
import { startControllers } from "./kubernetes/controllers/start.ts";
import { bundleWorker } from "./lambda/bundle-worker.ts";
import type { KeptThreads } from "./lambda/kept-threads.ts";
import { LambdaRunner } from "./lambda/runner.ts";
import { TwinNetwork } from "./network/network.ts";
import { attachProviders } from "./terraform/attach.ts";
import { registerAwsDynamics } from "./terraform/providers/aws/dynamics.ts";
import { World, type WorldSnapshot } from "./world/world.ts";

export interface TwinOptions {
  /** Directory of the cloud assembly (`cdk.out`). */
  readonly assembly: string;
  /** Directory of the pinned terraform. */
  readonly terraformDirectory: string;
  /** Builds and tools get directories of their own below it. */
  readonly workDirectory: string;
  /** Factor on the modelled latencies that docs/latencies.md says it scales. @default 1 */
  readonly latencyScale?: number;
  /** @default 1 */
  readonly seed?: number;
  /** A world to go on with; without it, an empty one. */
  readonly snapshot?: WorldSnapshot;
  /** Whose control plane is run, if the assembly has several. @default the first stack's */
  readonly environment?: string;
  /** `false`: nobody reads the mails that need a person. @default a scripted person who approves and delegates */
  readonly operator?: false;
  /** For whoever opens many worlds on one assembly. @default functions are loaded anew for each */
  readonly keptThreads?: KeptThreads;
}

/** An empty world begins here; a fixed time, so that the same run gives the same record. */
const WORLD_BEGINS = Date.UTC(2026, 9, 6, 8, 0, 0);

/** What a twin consists of. */
export interface TwinParts {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly aws: AwsEmulator;
  readonly kubernetes: KubernetesTwin;
  readonly deployment: Deployment;
  readonly engine: StepFunctionsEngine;
  readonly lambda: LambdaRunner;
  readonly builds: CodeBuildRunner;
  readonly network: TwinNetwork;
  readonly server: AwsServer;
}

/** Makes the parts and wires them together: the synthesized app on a simulated AWS and Kubernetes. */
export async function openParts(options: TwinOptions): Promise<TwinParts> {
  const { snapshot, latencyScale = 1 } = options;
  const clock = new VirtualClock(snapshot?.now ?? WORLD_BEGINS);
  const world = new World(clock, snapshot?.seed ?? options.seed ?? 1);
  // The assembly says which region it is for.
  const { region, accountId, stackName, deploy } = await deployAssembly(options.assembly);
  const aws = new AwsEmulator({ world, region, accountId });
  const kubernetes = new KubernetesTwin({ world, aws });
  registerAwsDynamics(world);
  const network = await TwinNetwork.open({ world, aws, kubernetes });
  startControllers({ world, kubernetes, aws, authorities: network.authorities, latencyScale });
  // What reacts to a saved world's pending events is there before they are.
  if (options.operator !== false) hireOperator(world, aws);
  if (snapshot) world.restore(snapshot);
  deploy(world);
  const deployment = readDeployment(
    world,
    region,
    options.environment ? `${options.environment}-control-plane` : stackName,
  );
  const server = await serve(aws);
  const lambda = new LambdaRunner({
    world,
    aws,
    network: () => network.snapshot(),
    endpointUrl: () => server.url,
    program: await bundleWorker(options.workDirectory),
    // With the bundles that it was compiled from: they are thrown away together.
    compileCache: join(options.assembly, ".compiled"),
    ...(options.keptThreads ? { kept: options.keptThreads } : {}),
    latencyScale,
  });
  const builds = new CodeBuildRunner({
    world,
    aws,
    kubernetes,
    attachProviders,
    endpoint: server.url,
    region,
    path: [await installTools(options.workDirectory, options.terraformDirectory)],
    workDirectory: options.workDirectory,
    latencyScale,
  });
  const { callMilliseconds, syncMilliseconds } = INTEGRATION_LATENCIES;
  const integrations = new ServiceRunner(aws, world, {
    callMilliseconds: callMilliseconds * latencyScale,
    syncMilliseconds: syncMilliseconds * latencyScale,
  });
  const engine = new StepFunctionsEngine(world, integrations);
  aws.connect({ lambda, builds, states: engine });
  return {
    world,
    clock,
    aws,
    kubernetes,
    deployment,
    engine,
    lambda,
    builds,
    network,
    server,
  };
}
