import type { RunRecord } from "../../lib/cli/run-record.ts";
import type { TimelineEntry } from "../../lib/report/run-report.ts";
import type { NotificationRecord } from "../../lib/twin/aws/collections.ts";
import { artefactsOf } from "../../lib/twin/run-traces.ts";
import type { StartedRun, Twin } from "../../lib/twin/twin.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";

/** A step that has ended; times are epoch milliseconds. */
export interface EndedStep {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: string;
}

/** The step of this name; throws if the run never came to it, or never left it. */
export function stepOf(record: RunRecord, name: string): EndedStep {
  const entry = record.timeline.find(({ step }) => step === name);
  if (!entry?.endedAt)
    throw new Error(`"${name}" is not among the ended steps: ${stepNames(record).join(", ")}`);
  return {
    startedAt: Date.parse(entry.startedAt),
    endedAt: Date.parse(entry.endedAt),
    status: entry.status,
  };
}

export const stepNames = (record: RunRecord): string[] => record.timeline.map(({ step }) => step);

export const failedSteps = (record: RunRecord): TimelineEntry[] =>
  record.timeline.filter(({ status }) => status === "failed");

/** Layer by layer, how it ended. */
export const resultsOf = (record: RunRecord): Record<string, string> =>
  Object.fromEntries(record.layers.map(({ name, result }) => [name, result]));

/** The texts of a run's closing notifications, with their events. */
export function closingMails(twin: Twin, run: StartedRun): { event: string; at: number; text: string }[] {
  return twin
    .notifications(run)
    .map(({ messageAttributes, at, message }) => ({
      event: messageAttributes.event?.value ?? "",
      at,
      text: message,
    }))
    .filter(({ event }) => event === "run-succeeded" || event === "run-failed");
}

/** Is the environment's lease taken right now? */
export const leaseIsHeld = (twin: Twin): boolean =>
  twin.world
    .collection("dynamodb.items")
    .keys()
    .some((key) => key.endsWith('"lease"]'));

/** The names of what a world holds of one kind. */
export const keysOf = (world: WorldSnapshot, collection: string): string[] =>
  Object.keys(world.collections[collection] ?? {}).sort();

/**
 * Everything that a run tells anybody, by where it stands. Left out are only the saved plans, in which
 * sensitive values may be at rest.
 */
export function told(twin: Twin, run: StartedRun): Map<string, string> {
  const { collections } = twin.world.save();
  const texts = new Map<string, string>();
  for (const { name, content } of artefactsOf(twin, run))
    if (!/\/plan\.(tfplan|json)$/.test(name)) texts.set(`artefact ${name}`, content);
  for (const [index, mail] of (twin.notifications(run) as NotificationRecord[]).entries())
    texts.set(`mail ${index}: ${mail.subject}`, JSON.stringify(mail));
  for (const [id, build] of Object.entries(collections["codebuild.builds"] ?? {}))
    texts.set(`build ${id}`, JSON.stringify(build));
  texts.set("history", JSON.stringify(twin.history(run)));
  texts.set("table", JSON.stringify(collections["dynamodb.items"] ?? {}));
  texts.set("functions' logs", JSON.stringify(twin.lambda.logs()));
  return texts;
}
