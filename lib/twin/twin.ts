import type { StepFunctionsEngine } from "./asl/engine.ts";
import { accountOf } from "./aws/arn.ts";
import { noteCall } from "./aws/audit-trail.ts";
import type { FunctionRecord, StateMachineRecord } from "./aws/backends.ts";
import { AWS_COLLECTIONS, type HttpRouteRecord, type NotificationRecord } from "./aws/collections.ts";
import type { AwsServer } from "./aws/contract.ts";
import type { AwsEmulator } from "./aws/emulator.ts";
import { HTTP_API_PREFIX } from "./aws/http/http-api-protocol.ts";
import type { Break } from "./breaks/break.ts";
import type { VirtualClock } from "./clock.ts";
import type { CodeBuildRunner } from "./codebuild/runner.ts";
import type { Deployment } from "./deployment.ts";
import { expectedFunctions } from "./expected-functions.ts";
import type { KubernetesTwin } from "./kubernetes/api/kubernetes-twin.ts";
import type { LambdaRunner } from "./lambda/runner.ts";
import type { TwinNetwork } from "./network/network.ts";
import { openParts, type TwinOptions, type TwinParts } from "./parts.ts";
import { preloadProviders } from "./terraform/attach.ts";
import { COLLECTIONS } from "./world/records.ts";
import type { Json, World } from "./world/world.ts";

export type { TwinOptions };

export interface StartedRun {
  readonly runId: string;
  readonly executionArn: string;
  /** Of the pipeline, or the name of a machine beside it. */
  readonly operation: string;
  readonly startedAt: number;
  /** Where its artefacts lie in the artefact bucket, without a slash at the end. */
  readonly folder: string;
}

/** The twin, as whoever runs it sees it: executions are started and finished, time passes, things break. */
export class Twin {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly aws: AwsEmulator;
  readonly kubernetes: KubernetesTwin;
  readonly deployment: Deployment;
  readonly engine: StepFunctionsEngine;
  readonly lambda: LambdaRunner;
  readonly #builds: CodeBuildRunner;
  readonly #network: TwinNetwork;
  readonly #server: AwsServer;

  private constructor(parts: TwinParts) {
    this.world = parts.world;
    this.clock = parts.clock;
    this.aws = parts.aws;
    this.kubernetes = parts.kubernetes;
    this.deployment = parts.deployment;
    this.engine = parts.engine;
    this.lambda = parts.lambda;
    this.#builds = parts.builds;
    this.#network = parts.network;
    this.#server = parts.server;
  }

  /** Does what can be done before there is an assembly. Never needed; whoever waits for one has the time. */
  static preload(): void {
    preloadProviders();
  }

  static async open(options: TwinOptions): Promise<Twin> {
    return new Twin(await openParts(options));
  }

  /** Where this machine's programs reach the HTTP API of the template. */
  get apiUrl(): string {
    const [route] = this.world.collection<HttpRouteRecord>(AWS_COLLECTIONS.httpRoutes).values();
    if (route === undefined) throw new Error("the template has no HTTP API");
    return `${this.#server.url}${HTTP_API_PREFIX}${route.apiId}`;
  }

  /** Names of the layers that the synthesized app has projects for. */
  get layers(): readonly string[] {
    return this.deployment.layers;
  }

  prepareBreaks(breaks: readonly Break[]): void {
    const { environment, domain, stateBucket, artefactBucket } = this.deployment;
    for (const entry of breaks)
      entry.prepare({
        world: this.world,
        environment,
        domain,
        stateBucket,
        artefactBucket,
        kubernetes: this.kubernetes,
        stopExecution: (executionArn) => {
          this.engine.stopExecution(executionArn, "StoppedByOperator", "stopped from the console");
        },
      });
  }

  /** Starts an execution as a person does in the console. */
  start(operation: string, input: unknown): StartedRun {
    return this.#start(this.deployment.stateMachineArn, operation, input, (name) => `runs/${name}`);
  }

  /**
   * Starts a machine beside the pipeline.
   * @param purpose what follows the environment in its name: `prove`, `drift`, `verify-backup` …
   */
  startMachine(purpose: string, input: unknown): StartedRun {
    const { machines, environment } = this.deployment;
    const arn = machines[purpose];
    if (arn === undefined) throw new Error(`the template has no state machine ${environment}-${purpose}`);
    return this.#start(arn, purpose, input, (name) => `checks/${purpose}/${name}`);
  }

  #start(
    stateMachineArn: string,
    operation: string,
    input: unknown,
    folderOf: (name: string) => string,
  ): StartedRun {
    const sequence = this.world.collection(COLLECTIONS.executions).keys().length + 1;
    const name = `${operation}-${String(sequence).padStart(4, "0")}`;
    const { executionArn } = this.engine.startExecution({
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    noteCall(this.world, {
      at: this.clock.now(),
      source: "states.amazonaws.com",
      name: "StartExecution",
      who: `arn:aws:sts::${accountOf(stateMachineArn)}:assumed-role/administrators/first-operator`,
      resources: [stateMachineArn, name],
      answer: { executionArn },
    });
    return { runId: name, executionArn, operation, startedAt: this.clock.now(), folder: folderOf(name) };
  }

  /**
   * Lets time pass until the run is closed: its closing notification is out. Two more minutes show whether a
   * second one follows. A run that nobody closes is given up a virtual day after its execution has ended.
   */
  async finish(run: StartedRun): Promise<void> {
    await this.clock.runUntil(() => this.#status(run) !== "RUNNING");
    const givenUpAt = this.clock.now() + 24 * 3_600_000;
    let givenUp = false;
    this.clock.schedule(givenUpAt, () => {
      givenUp = true;
    });
    await this.clock.runUntil(() => givenUp || this.#closing(run).length > 0);
    await this.clock.runTo(this.clock.now() + 120_000);
  }

  /** Lets time pass until a machine beside the pipeline has ended, and a minute more, in which its end is looked at. */
  async finishMachine(run: StartedRun): Promise<void> {
    await this.clock.runUntil(() => this.#status(run) !== "RUNNING");
    await this.clock.runTo(this.clock.now() + 60_000);
  }

  /** Lets days pass: schedules fire when they are due, and alarms are looked at. */
  passTime(until: number): Promise<void> {
    return this.aws.passTime(this.clock, until);
  }

  /** The execution's history, as GetExecutionHistory returns its events. */
  history(run: StartedRun): Json {
    const { events } = this.engine.getExecutionHistory(run.executionArn) as { events: Json };
    return events;
  }

  /**
   * Loads the functions that a run will call ahead. Changes nothing but wall time.
   * @param purpose of a machine beside the pipeline; left out, the pipeline
   */
  warmUp(purpose?: string): void {
    const reactsTo = purpose === undefined ? this.deployment.stateMachineArn : undefined;
    void this.lambda.warmUp(expectedFunctions(this.world, this.#definition(purpose), reactsTo));
  }

  #definition(purpose: string | undefined): Json {
    const { stateMachineArn, machines: others } = this.deployment;
    const arn = purpose === undefined ? stateMachineArn : (others[purpose] ?? "");
    const machines = this.world.collection<StateMachineRecord>(COLLECTIONS.stateMachines);
    return machines.get(arn)?.definition ?? null;
  }

  functions(): FunctionRecord[] {
    return this.world.collection<FunctionRecord>(COLLECTIONS.functions).values();
  }

  /** Ends every process at once, without waiting. */
  kill(): void {
    this.#builds.close();
    void this.lambda.close();
  }

  async close(): Promise<void> {
    this.#builds.close();
    await Promise.all([this.lambda.close(), this.#server.close(), this.#network.close()]);
  }

  #status(run: StartedRun): string {
    const { status } = this.engine.describeExecution(run.executionArn) as { status: string };
    return status;
  }

  #closing(run: StartedRun): NotificationRecord[] {
    return this.notifications(run).filter(({ messageAttributes }) =>
      ["run-succeeded", "run-failed"].includes(messageAttributes.event?.value ?? ""),
    );
  }

  /** What was published about a run, oldest first. */
  notifications(run: StartedRun): NotificationRecord[] {
    return this.world
      .collection<NotificationRecord>(COLLECTIONS.notifications)
      .values()
      .filter(({ messageAttributes }) => messageAttributes.runId?.value === run.runId)
      .sort((a, b) => a.at - b.at);
  }
}
