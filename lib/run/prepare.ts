import { createHash } from "node:crypto";
import { runStarted } from "../notifications/run-started.ts";
import { refuseWithoutFinalBackup } from "./final-backup.ts";
import type { RunInput } from "./input.ts";
import { projectNames, takeLease } from "./lease.ts";
import type { Run } from "./messages.ts";
import type { PinnedObject } from "./plan.ts";
import type {
  Builds,
  Executions,
  KnownRequesters,
  LayerTable,
  LeaseTable,
  Notifier,
  ObjectStore,
  ProofTable,
  RunTable,
} from "./ports.ts";
import { expiresAt, RUN_RECORD_DAYS } from "./records.ts";

export interface PrepareSettings {
  readonly environment: string;
  readonly artefactBucket: string;
  /** Where `cdk deploy` put the source; it may be garbage-collected there, so a run never reads it again. */
  readonly source: { readonly bucket: string; readonly key: string };
  readonly topicArn: string;
  /** The environment's policy, for a run that names none. */
  readonly approval: Run["approval"];
  readonly terraformVersion: string;
  /** Every layer of the catalogue: a build of any of them keeps a lease alive. */
  readonly allLayers: readonly string[];
  /** What keeps data, and what backs it up; left out where nothing is worth a backup. */
  readonly backups?: { readonly stateful: readonly string[]; readonly layer: string };
}

export interface PreparePorts {
  readonly objects: ObjectStore;
  readonly leases: LeaseTable;
  readonly runs: RunTable;
  readonly executions: Executions;
  readonly builds: Builds;
  readonly notifier: Notifier;
  readonly layers: Pick<LayerTable, "read">;
  readonly proofs: Pick<ProofTable, "lastPassed">;
  readonly requesters: KnownRequesters;
}

/**
 * Makes a run of an execution: lease first, so that nothing of a refused run is left behind but its refusal.
 * Every step may be repeated by a retry of the same execution.
 */
export async function prepareRun(
  request: {
    executionArn: string;
    executionName: string;
    startedAt: string;
    input: RunInput;
    layers: string[];
  },
  settings: PrepareSettings,
  ports: PreparePorts,
  now: Date,
): Promise<Run> {
  const { executionArn, executionName: runId, input } = request;
  const lease = { runId, executionArn, takenAt: now.toISOString() };
  await takeLease(lease, projectNames(settings.environment, settings.allLayers), ports);
  if (input.operation === "destroy") await askForBackup(request, settings, ports, now);
  const [source, startedBy] = await Promise.all([
    pinSource(settings, ports.objects),
    ports.requesters.read(runId),
  ]);
  const run: Run = {
    runId,
    executionArn,
    environment: settings.environment,
    operation: input.operation,
    layers: request.layers,
    approval: input.approval ?? settings.approval,
    allowDestroy: input.allowDestroy,
    reason: input.withoutFinalBackup
      ? `${input.reason} (without a final backup: ${input.withoutFinalBackup})`
      : input.reason,
    requestedBy: startedBy ?? input.requestedBy ?? "not said",
    ...(startedBy === undefined && { claimed: true }),
    startedAt: new Date(request.startedAt).toISOString(),
    source,
    artefactBucket: settings.artefactBucket,
    terraformVersion: settings.terraformVersion,
  };
  await ports.runs.create({ runId, executionArn, run, outcomes: {} }, expiresAt(now, RUN_RECORD_DAYS));
  await ports.notifier.publish(settings.topicArn, runStarted(run));
  return run;
}

async function askForBackup(
  request: { input: RunInput; layers: string[] },
  { backups, environment }: PrepareSettings,
  ports: PreparePorts,
  now: Date,
): Promise<void> {
  if (!backups) return;
  const [layer, lastProven] = await Promise.all([
    ports.layers.read(backups.layer),
    ports.proofs.lastPassed("verify-backup"),
  ]);
  const removal = {
    stateful: request.layers.filter((name) => backups.stateful.includes(name)),
    hasBackups: layer?.result === "proven",
    lastProven,
    without: request.input.withoutFinalBackup,
  };
  refuseWithoutFinalBackup(removal, environment, now);
}

/** Copies the source under its own hash: the same source is one object, whoever deploys it and how often. */
async function pinSource(settings: PrepareSettings, objects: ObjectStore): Promise<PinnedObject> {
  const content = await objects.read(settings.source.bucket, settings.source.key);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const key = `sources/${sha256}.tar.gz`;
  const { versionId } = await objects.writeOnce(settings.artefactBucket, key, content, sha256);
  return { bucket: settings.artefactBucket, key, versionId, sha256 };
}
