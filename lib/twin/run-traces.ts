import type { BuildRecord } from "./aws/backends.ts";
import type { StartedRun, Twin } from "./twin.ts";
import { COLLECTIONS, type ObjectVersion } from "./world/records.ts";

/** An object of the run in the artefact bucket, by its name below the run's folder. */
export interface Artefact {
  readonly name: string;
  readonly content: string;
}

export function artefactsOf(twin: Twin, run: StartedRun): Artefact[] {
  const prefix = `${twin.deployment.artefactBucket}/${run.folder}/`;
  const objects = twin.world.collection<ObjectVersion[]>(COLLECTIONS.objects);
  return objects.entries().flatMap(([key, versions]) => {
    const newest = versions.at(-1);
    if (!key.startsWith(prefix) || newest === undefined || newest.deleteMarker) return [];
    return [{ name: key.slice(prefix.length), content: Buffer.from(newest.body, "base64").toString() }];
  });
}

/** One of them as text: cheaper than all, for who looks many times a second. */
export function artefactOf(twin: Twin, run: StartedRun, name: string): string | undefined {
  const newest = twin.world
    .collection<ObjectVersion[]>(COLLECTIONS.objects)
    .get(`${twin.deployment.artefactBucket}/${run.folder}/${name}`)
    ?.at(-1);
  return newest === undefined || newest.deleteMarker
    ? undefined
    : Buffer.from(newest.body, "base64").toString();
}

/** Builds that carry the run's id, oldest first, with how long their commands ran. */
export function buildsOf(twin: Twin, run: StartedRun) {
  return twin.world
    .collection<BuildRecord>(COLLECTIONS.builds)
    .values()
    .filter(({ environment }) =>
      environment.some(({ name, value }) => name === "RUN_ID" && value === run.runId),
    )
    .sort((a, b) => a.startTime - b.startTime)
    .map((build) => {
      const commands = build.phases.find(({ phaseType }) => phaseType === "BUILD");
      return {
        projectName: build.projectName,
        startedAt: build.startTime,
        endedAt: build.endTime ?? twin.clock.now(),
        commandMilliseconds: commands ? (commands.endTime ?? twin.clock.now()) - commands.startTime : 0,
      };
    });
}

/** Invocations since the run began, as Lambda's REPORT lines bill them. */
export function invocationsOf(twin: Twin, run: StartedRun) {
  return twin.lambda.logs().flatMap(({ at, functionName, message }) => {
    const report = /Billed Duration: (\d+) ms\tMemory Size: (\d+) MB/.exec(message);
    if (report === null || at < run.startedAt) return [];
    return [{ functionName, billedMilliseconds: Number(report[1]), memoryMegabytes: Number(report[2]) }];
  });
}

/** What `lib/report` makes a report from. */
export function tracesOf(twin: Twin, run: StartedRun) {
  const execution = twin.engine.describeExecution(run.executionArn) as {
    status: string;
    stopDate?: number;
    error?: string;
    cause?: string;
  };
  const artefacts = new Map(artefactsOf(twin, run).map(({ name, content }) => [name, content]));
  return {
    runId: run.runId,
    operation: run.operation,
    layers: twin.layers,
    status: execution.status,
    ...(execution.error === undefined
      ? {}
      : { error: { name: execution.error, cause: execution.cause ?? "" } }),
    startedAt: run.startedAt,
    endedAt: Math.round((execution.stopDate ?? twin.clock.now() / 1_000) * 1_000),
    artefact: (name: string) => artefacts.get(name),
    notifications: twin.notifications(run).map(({ at, subject, messageAttributes }) => ({
      at,
      event: messageAttributes.event?.value ?? "",
      subject: subject ?? "",
    })),
  };
}
