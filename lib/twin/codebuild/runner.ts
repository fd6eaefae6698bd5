import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildBackend, BuildRecord, ProjectRecord } from "../aws/backends.ts";
import type { Aws, Principal } from "../aws/contract.ts";
import type { Kubernetes } from "../kubernetes/contract.ts";
import type { AttachProviders, Operation } from "../terraform/contract.ts";
import { schedule } from "../terraform/critical-path.ts";
import { PROCESS_ENVIRONMENT } from "../terraform/process-environment.ts";
import { strikes } from "../world/faults.ts";
import { COLLECTIONS, type ObjectVersion } from "../world/records.ts";
import type { Json, World } from "../world/world.ts";
import { runAws } from "./aws-cli.ts";
import { BuildProgress } from "./build-progress.ts";
import { type Buildspec, parseBuildspec } from "./buildspec.ts";
import { type BuildLatencies, scaled, TYPICAL_BUILD } from "./durations.ts";
import { type RunningShell, runShell, type ShellResult } from "./shell.ts";

export interface CodeBuildOptions {
  readonly world: World;
  readonly aws: Aws;
  readonly kubernetes: Kubernetes;
  readonly attachProviders: AttachProviders;
  /** URL of the AWS front. */
  readonly endpoint: string;
  readonly region: string;
  /** Put before the system's PATH: our tools. */
  readonly path: readonly string[];
  /** Builds get directories of their own below it. */
  readonly workDirectory: string;
  /** Factor on every modelled latency, applies included. */
  readonly latencyScale?: number;
}

/** What became of the real part of a build, which happened at one frozen instant. */
interface Work {
  readonly shell: ShellResult;
  readonly journal: readonly Operation[];
  /** The builder was lost in the middle of it. */
  readonly killed: boolean;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

const NEVER = new Promise<never>(() => undefined);

/**
 * Runs builds as CodeBuild does: the project's inline buildspec in a shell of its own with the project's
 * role, then the phases pass in virtual time. Real commands run at the frozen instant at which INSTALL begins;
 * what an apply lasts is the critical path of what terraform did.
 *
 * Faults: `build-not-provisioned` {project}: the container cannot be started.
 * `build-killed` {project, afterOperations}: the builder is lost after that many resource operations.
 */
export class CodeBuildRunner implements BuildBackend {
  readonly #options: CodeBuildOptions;
  readonly #latencies: BuildLatencies;
  readonly #scale: number;
  readonly #progress: BuildProgress;
  readonly #running = new Map<string, RunningShell>();
  /** Builds whose commands begin at this instant. */
  #beginning: string[] = [];

  constructor(options: CodeBuildOptions) {
    this.#options = options;
    this.#progress = new BuildProgress(options.world);
    this.#scale = options.latencyScale ?? 1;
    this.#latencies = scaled(TYPICAL_BUILD, this.#scale);
  }

  start(buildId: string): void {
    const { clock } = this.#options.world;
    clock.schedule(clock.now() + this.#latencies.queued, () => {
      this.#progress.enter(buildId, "PROVISIONING");
      clock.schedule(clock.now() + this.#latencies.provisioning, () => this.#provisioned(buildId));
    });
  }

  /** What has happened at the frozen instant stays; the build only ends earlier. */
  stop(buildId: string): void {
    this.#running.get(buildId)?.kill();
    this.#progress.end(buildId, "STOPPED");
  }

  /** Ends every process that a build of this runner still has. */
  close(): void {
    for (const shell of this.#running.values()) shell.kill();
  }

  #provisioned(buildId: string): void {
    const { world } = this.#options;
    const build = this.#progress.build(buildId);
    if (build.endTime !== undefined) return;
    if (strikes(world, "build-not-provisioned", (fault) => fault.project === build.projectName)) {
      this.#progress.end(
        buildId,
        "FAILED",
        "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image. CannotPullContainerError",
      );
      return;
    }
    this.#progress.enter(buildId, "INSTALL");
    // Builds of one instant really run side by side; one after another they would leave processors idle.
    this.#beginning.push(buildId);
    if (this.#beginning.length === 1)
      world.clock.schedule(world.clock.now(), () => {
        for (const beginning of this.#beginning) void this.#begin(beginning);
        this.#beginning = [];
      });
  }

  async #begin(buildId: string): Promise<void> {
    const { world } = this.#options;
    const startedAt = world.clock.now();
    const build = this.#progress.build(buildId);
    if (build.endTime !== undefined) return;
    try {
      const work = await world.clock.work(() => this.#work(build), 0);
      this.#pass(buildId, startedAt, work);
    } catch (error) {
      this.#progress.end(buildId, "FAILED", error instanceof Error ? error.message : String(error));
    }
  }

  async #work(build: BuildRecord): Promise<Work> {
    const { world, aws, kubernetes, attachProviders, workDirectory } = this.#options;
    const project = this.#project(build.projectName);
    const region = this.#regionOf(build);
    const buildspec: Buildspec = parseBuildspec(project.buildspec);
    await mkdir(workDirectory, { recursive: true });
    const directory = await mkdtemp(join(workDirectory, "build-"));
    const principal: Principal = {
      roleArn: project.serviceRoleArn,
      sessionName: `AWSCodeBuild-${build.id.split(":")[1] ?? build.id}`,
    };
    const before = this.#state(build);
    let killed = false;
    let operations = 0;
    const fault = strikes(world, "build-killed", (candidate) => candidate.project === build.projectName);
    const providers = await attachProviders({
      world,
      aws,
      kubernetes,
      principal,
      region,
      beforeOperation: async () => {
        operations += 1;
        if (fault === undefined || operations <= Number(fault.afterOperations ?? 0)) return;
        killed = true;
        this.#running.get(build.id)?.kill();
        await NEVER;
      },
    });
    try {
      const shell = runShell(
        buildspec,
        directory,
        await this.#environment(build, principal, directory, providers.reattach),
        runAws,
      );
      this.#running.set(build.id, shell);
      const result = await shell.done;
      return { shell: result, journal: providers.journal, killed, before, after: this.#state(build) };
    } finally {
      this.#running.get(build.id)?.kill();
      this.#running.delete(build.id);
      await providers.close();
      await rm(directory, { recursive: true, force: true });
    }
  }

  #regionOf({ arn }: BuildRecord): string {
    return arn.split(":")[3] ?? this.#options.region;
  }

  async #environment(
    build: BuildRecord,
    principal: Principal,
    directory: string,
    reattach: string,
  ): Promise<Record<string, string>> {
    const { aws, endpoint, path } = this.#options;
    const region = this.#regionOf(build);
    const credentials = aws.credentials(principal.roleArn, principal.sessionName);
    const cliConfiguration = join(directory, ".terraformrc");
    await writeFile(cliConfiguration, "");
    return {
      ...Object.fromEntries(build.environment.map(({ name, value }) => [name, value])),
      PATH: [...path, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(":"),
      HOME: directory,
      LANG: "C.UTF-8",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: "true",
      CODEBUILD_BUILD_ID: build.id,
      CODEBUILD_BUILD_ARN: build.arn,
      CODEBUILD_SRC_DIR: directory,
      ...PROCESS_ENVIRONMENT,
      TF_CLI_CONFIG_FILE: cliConfiguration,
      TF_REATTACH_PROVIDERS: reattach,
    };
  }

  /** Lets the phases pass in virtual time, and what was applied come alive while they do. */
  #pass(buildId: string, startedAt: number, work: Work): void {
    const { clock } = this.#options.world;
    const installed = startedAt + this.#latencies.downloadSource + this.#latencies.install;
    const lasts = this.#buildLasts(work, installed);
    const install = work.shell.phases.find(({ phase }) => phase === "INSTALL");
    const failed = work.shell.phases.find(({ succeeded }) => !succeeded);
    const build = this.#progress.build(buildId);
    this.#progress.update(buildId, {
      log: work.shell.output.slice(-20_000),
      exportedEnvironmentVariables: Object.entries(work.shell.exported).map(([name, value]) => ({
        name,
        value,
      })),
    });
    clock.schedule(installed, () => {
      if (install?.succeeded === false) return this.#progress.end(buildId, "FAILED", install.message);
      this.#progress.enter(buildId, "BUILD");
      const limit = build.startTime + this.#project(build.projectName).timeoutInMinutes * 60_000;
      const ends = installed + lasts + this.#latencies.finalizing;
      clock.schedule(Math.min(ends, limit), () => {
        if (work.killed)
          return this.#progress.end(buildId, "FAULT", "INTERNAL_SERVICE_ERROR: The build container was lost");
        if (ends > limit)
          return this.#progress.end(buildId, "TIMED_OUT", "BUILD_TIMED_OUT: Build has timed out.");
        const complete = work.shell.phases.some(({ phase }) => phase === "BUILD") && failed === undefined;
        this.#progress.end(buildId, complete ? "SUCCEEDED" : "FAILED", failed?.message);
      });
    });
  }

  /** A plan lasts what plans last; an apply what its operations last along terraform's own dependencies. */
  #buildLasts(work: Work, startsAt: number): number {
    if (work.journal.length === 0) return this.#latencies.plan;
    const journal = work.journal.map((operation) => ({
      ...operation,
      lastsMilliseconds: operation.lastsMilliseconds * this.#scale,
    }));
    const timing = schedule(journal, work.before, work.after);
    for (const [index, { startsAt: start, endsAt }] of timing.operations.entries())
      journal[index]?.settle?.(startsAt + start, startsAt + endsAt);
    return timing.totalMilliseconds;
  }

  #state(build: BuildRecord): Json | undefined {
    const variable = (name: string): string =>
      build.environment.find((entry) => entry.name === name)?.value ?? "";
    const versions = this.#options.world
      .collection<ObjectVersion[]>(COLLECTIONS.objects)
      .get(`${variable("STATE_BUCKET")}/${variable("STATE_KEY")}`);
    const newest = versions?.at(-1);
    if (newest === undefined || newest.deleteMarker) return undefined;
    return JSON.parse(Buffer.from(newest.body, "base64").toString()) as Json;
  }

  #project(name: string): ProjectRecord {
    const project = this.#options.world.collection<ProjectRecord>(COLLECTIONS.projects).get(name);
    if (project === undefined) throw new Error(`no project ${name}`);
    return project;
  }
}
