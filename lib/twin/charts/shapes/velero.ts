import type { KubernetesObject } from "../../kubernetes/contract.ts";
import type { Json } from "../../world/world.ts";
import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, type Values, valueAt } from "../values.ts";

/**
 * Storage and snapshot locations (a list each) and schedules (a map, objects named `<release>-<key>`)
 * come from the values alone; without them the chart makes one location without provider and bucket.
 */
export const shapeVelero: ShapeByValues = (objects, values, chart) => {
  const { name, namespace } = chart.release;
  const locations = valueAt(values, "configuration.backupStorageLocation");
  const snapshots = valueAt(values, "configuration.volumeSnapshotLocation");
  const schedules = valueAt(values, "schedules");
  const had = (kind: string): boolean => objects.some((one) => one.kind === kind);
  const kept = objects.filter(
    (one) =>
      one.kind !== "Schedule" &&
      !(one.kind === "BackupStorageLocation" && Array.isArray(locations)) &&
      !(one.kind === "VolumeSnapshotLocation" && Array.isArray(snapshots)),
  );
  const make = (kind: string, list: Json | undefined, spec: (item: Values) => Values): KubernetesObject[] =>
    Array.isArray(list) && had(kind)
      ? list.filter(isMap).map((item) => custom(kind, String(item.name ?? "default"), namespace, spec(item)))
      : [];
  return [
    ...kept,
    ...make("BackupStorageLocation", locations, storageLocation),
    ...make("VolumeSnapshotLocation", snapshots, (item) => pick(item, "provider", "config", "credential")),
    ...Object.entries(isMap(schedules) ? schedules : {}).flatMap(([key, schedule]) =>
      isMap(schedule) && schedule.disabled !== true
        ? [custom("Schedule", `${name}-${key}`, namespace, scheduleSpec(schedule), schedule)]
        : [],
    ),
  ];
};

const pick = (item: Values, ...names: string[]): Values =>
  Object.fromEntries(
    names.flatMap((name) => (item[name] === undefined || item[name] === null ? [] : [[name, item[name]]])),
  );

const storageLocation = (item: Values): Values => ({
  ...pick(
    item,
    "provider",
    "accessMode",
    "default",
    "backupSyncPeriod",
    "validationFrequency",
    "config",
    "credential",
  ),
  objectStorage: { bucket: item.bucket ?? "", ...pick(item, "prefix", "caCert") },
});

const scheduleSpec = (schedule: Values): Values => ({
  ...pick(schedule, "paused", "skipImmediately"),
  schedule: schedule.schedule ?? "",
  useOwnerReferencesInBackup: schedule.useOwnerReferencesInBackup ?? false,
  template: schedule.template ?? {},
});

function custom(
  kind: string,
  name: string,
  namespace: string,
  spec: Values,
  from: Values = {},
): KubernetesObject {
  return {
    apiVersion: "velero.io/v1",
    kind,
    metadata: {
      name,
      namespace,
      labels: {
        "app.kubernetes.io/name": "velero",
        "app.kubernetes.io/instance": "velero",
        "app.kubernetes.io/managed-by": "Helm",
        ...(isMap(from.labels) ? from.labels : {}),
      },
      ...(isMap(from.annotations) ? { annotations: from.annotations } : {}),
    },
    spec,
  };
}
