import { type BucketRecord, COLLECTIONS } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";
import { parseDuration } from "../secrets/duration.ts";

const VELERO = "velero.io/v1";
/** The server validates locations each minute. @see velero `--store-validation-frequency` */
const VALIDATION_MILLISECONDS = 60_000;
/** A backup of a few namespaces without volumes 30 s (10–90). @see docs/latencies.md */
const BACKUP_MILLISECONDS = 30_000;

const isUp = ({ client }: ReconcileContext): boolean => isRunning(client, "Deployment", "velero");

const whenServerComes = (kind: string): Controller["watches"] => ({
  [kind]: "self",
  Deployment: (change, client) =>
    change.name === "velero" ? client.list(VELERO, kind).map((one) => client.referenceOf(one)) : [],
});

/** Available while its bucket is there and writable by whoever Velero is. */
const locations: Controller = {
  name: "velero-locations",
  watches: whenServerComes("BackupStorageLocation"),
  reconcile(location, context) {
    if (!isUp(context)) return;
    const validated = Date.parse(textAt(location, "status", "lastValidationTime"));
    const frequency = context.scaled(VALIDATION_MILLISECONDS);
    const due = validated + frequency;
    if (due > context.now) {
      context.after((due - context.now) / context.options.latencyScale);
      return;
    }
    const problem = problemOf(location, context);
    const lastValidationTime = timestamp(context.now);
    const status: Fields = problem
      ? {
          phase: "Unavailable",
          message: `BackupStorageLocation "${location.metadata.name}" is unavailable: ${problem}`,
          lastValidationTime,
        }
      : { phase: "Available", message: null, lastSyncedTime: lastValidationTime, lastValidationTime };
    context.client.patch(location, { status });
    context.after(VALIDATION_MILLISECONDS);
  },
};

function problemOf(location: ApiObject, { client, world, options }: ReconcileContext): string | undefined {
  const bucket = textAt(location, "spec", "objectStorage", "bucket");
  if (bucket === "") return "spec.objectStorage.bucket is required";
  if (!world.collection<BucketRecord>(COLLECTIONS.buckets).has(bucket))
    return `rpc error: code = Unknown desc = operation error S3: ListObjectsV2, https response error StatusCode: 404, NoSuchBucket: The specified bucket does not exist`;
  const account = client.get("v1", "ServiceAccount", location.metadata.namespace, "velero-server");
  const roleArn = account?.metadata.annotations?.["eks.amazonaws.com/role-arn"];
  if (roleArn === undefined) return undefined;
  try {
    options.aws.authorize({ roleArn, sessionName: "velero" }, "s3:ListBucket", `arn:aws:s3:::${bucket}`);
    return undefined;
  } catch (error) {
    return `rpc error: code = Unknown desc = operation error S3: ListObjectsV2, https response error StatusCode: 403, AccessDenied: ${(error as Error).message}`;
  }
}

const FIELD = String.raw`(\*|[\d,\-*/]+|[A-Za-z,\-]+)`;
const CRON = new RegExp(
  `^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every .+)|${Array.from({ length: 5 }, () => FIELD).join(String.raw`\s+`)})$`,
);

/** Enabled if its cron expression is one. Backups at their times are not made: no gate waits a night. */
const schedules: Controller = {
  name: "velero-schedules",
  watches: whenServerComes("Schedule"),
  reconcile(schedule, context) {
    if (!isUp(context)) return;
    const valid = CRON.test(textAt(schedule, "spec", "schedule").trim());
    const status: Fields = valid
      ? { phase: "Enabled", validationErrors: null }
      : {
          phase: "FailedValidation",
          validationErrors: [
            `invalid schedule: ${textAt(schedule, "spec", "schedule") || "Schedule must be a non-empty valid Cron expression"}`,
          ],
        };
    if (textAt(schedule, "status", "phase") !== status.phase) context.client.patch(schedule, { status });
  },
};

/** A backup that somebody asks for completes, if its location is there. */
const backups: Controller = {
  name: "velero-backups",
  watches: whenServerComes("Backup"),
  reconcile(backup, context) {
    const { client, now } = context;
    const phase = textAt(backup, "status", "phase");
    if (!isUp(context) || !["", "New", "InProgress"].includes(phase)) return;
    if (phase !== "InProgress") {
      client.patch(backup, { status: begin(backup, context) });
      return;
    }
    const due = Date.parse(textAt(backup, "status", "startTimestamp")) + context.scaled(BACKUP_MILLISECONDS);
    if (due > now) {
      context.after((due - now) / context.options.latencyScale);
      return;
    }
    const { itemsBackedUp: _, ...progress } = mapAt(backup, "status", "progress");
    client.patch(backup, {
      status: {
        phase: "Completed",
        completionTimestamp: timestamp(now),
        progress: { ...progress, itemsBackedUp: progress.totalItems ?? 0 },
      },
    });
  },
};

function begin(backup: ApiObject, { client, now }: ReconcileContext): Fields {
  const name = textAt(backup, "spec", "storageLocation") || "default";
  const location = client.get(VELERO, "BackupStorageLocation", backup.metadata.namespace, name);
  if (textAt(location, "status", "phase") !== "Available")
    return {
      phase: "FailedValidation",
      validationErrors: [
        `backup can't be created because BackupStorageLocation ${name} is in Unavailable status. please create a new backup after the BSL becomes available`,
      ],
    };
  const ttl = parseDuration(textAt(backup, "spec", "ttl") || "720h");
  return {
    phase: "InProgress",
    formatVersion: "1.1.0",
    version: 1,
    startTimestamp: timestamp(now),
    expiration: timestamp(now + ttl),
    progress: {
      totalItems: client.list("v1", "Pod").length + client.list("v1", "ConfigMap").length,
      itemsBackedUp: 0,
    },
  };
}

export const veleroControllers: readonly Controller[] = [locations, schedules, backups];
