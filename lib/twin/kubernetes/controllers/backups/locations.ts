import { type BucketRecord, COLLECTIONS } from "../../../world/records.ts";
import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, textAt } from "../engine/fields.ts";
import { authorize, isUp, whenServerComes } from "./server.ts";
import { synchronizeBackups } from "./synchronize.ts";

/** The server validates locations each minute. @see velero `--store-validation-frequency` */
const VALIDATION_MILLISECONDS = 60_000;

/** Available while its bucket is there and can be listed by whoever Velero is. */
export const locations: Controller = {
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
    // Once it is read, what comes into the default location is what this cluster puts there.
    const isOwn = mapAt(location, "spec").default === true;
    const mayHoldOthers = !isOwn || textAt(location, "status", "lastSyncedTime") === "";
    const lastValidationTime = timestamp(context.now);
    const times = { ...(problem ? {} : { lastSyncedTime: lastValidationTime }), lastValidationTime };
    const said: Fields = problem
      ? {
          phase: "Unavailable",
          message: `BackupStorageLocation "${location.metadata.name}" is unavailable: ${problem}`,
        }
      : { phase: "Available", message: null };
    const isSame = Object.entries(said).every(
      ([name, text]) => textAt(location, "status", name) === (text ?? ""),
    );
    if (isSame) context.client.renew(location, times);
    else context.client.patch(location, { status: { ...said, ...times } });
    if (!problem && mayHoldOthers) synchronizeBackups(location, context);
    context.after(VALIDATION_MILLISECONDS);
  },
};

function problemOf(location: ApiObject, context: ReconcileContext): string | undefined {
  const bucket = textAt(location, "spec", "objectStorage", "bucket");
  if (bucket === "") return "spec.objectStorage.bucket is required";
  if (!context.world.collection<BucketRecord>(COLLECTIONS.buckets).has(bucket))
    return `rpc error: code = Unknown desc = operation error S3: ListObjectsV2, https response error StatusCode: 404, NoSuchBucket: The specified bucket does not exist`;
  try {
    authorize(context, "s3:ListBucket", `arn:aws:s3:::${bucket}`);
    return undefined;
  } catch (error) {
    return `rpc error: code = Unknown desc = operation error S3: ListObjectsV2, https response error StatusCode: 403, AccessDenied: ${(error as Error).message}`;
  }
}
