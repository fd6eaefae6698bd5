import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, textAt } from "../engine/fields.ts";
import { nextTime, parseCron } from "./cron.ts";
import { isUp, VELERO, whenServerComes } from "./server.ts";

/** Makes a Backup whenever its time has come, counted from the last one or from its own beginning. */
export const schedules: Controller = {
  name: "velero-schedules",
  watches: whenServerComes("Schedule"),
  reconcile(schedule, context) {
    if (!isUp(context)) return;
    const cron = parseCron(textAt(schedule, "spec", "schedule"));
    const status: Fields = cron
      ? { phase: "Enabled", validationErrors: null }
      : {
          phase: "FailedValidation",
          validationErrors: [
            `invalid schedule: ${textAt(schedule, "spec", "schedule") || "Schedule must be a non-empty valid Cron expression"}`,
          ],
        };
    if (textAt(schedule, "status", "phase") !== status.phase) context.client.patch(schedule, { status });
    if (!cron || mapAt(schedule, "spec").paused === true) return;
    const last = textAt(schedule, "status", "lastBackup") || schedule.metadata.creationTimestamp;
    const due = nextTime(cron, Date.parse(last));
    if (due === undefined) return;
    if (due > context.now) {
      // A time of day is no latency: it does not scale.
      context.after((due - context.now) / context.options.latencyScale);
      return;
    }
    context.client.create(backupOf(schedule, context));
    context.client.patch(schedule, { status: { lastBackup: timestamp(context.now) } });
  },
};

/** `<schedule>-YYYYMMDDhhmmss`, with the label by which all of a schedule are found. */
function backupOf(schedule: ApiObject, { now }: ReconcileContext): Fields {
  const at = timestamp(now).replaceAll(/[-:TZ]/g, "");
  return {
    apiVersion: VELERO,
    kind: "Backup",
    metadata: {
      name: `${schedule.metadata.name}-${at}`,
      namespace: schedule.metadata.namespace ?? "velero",
      labels: { ...schedule.metadata.labels, "velero.io/schedule-name": schedule.metadata.name },
    },
    spec: mapAt(schedule, "spec", "template"),
  };
}
