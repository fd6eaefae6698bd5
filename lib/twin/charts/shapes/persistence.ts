import type { Json } from "../../world/world.ts";
import type { ShapeByValues } from "../shape-by-values.ts";
import { isMap, type Values, valueAt } from "../values.ts";

/** Where a chart keeps the settings of a StatefulSet's volume, and what its claim is called. */
const VOLUMES: Readonly<
  Record<
    string,
    { readonly set: string; readonly path: string; readonly claim: string; readonly onByDefault: boolean }
  >
> = {
  loki: { set: "loki", path: "singleBinary.persistence", claim: "storage", onByDefault: true },
  tempo: { set: "tempo", path: "persistence", claim: "storage", onByDefault: false },
};

/** 10Gi is the default of both charts. */
const DEFAULT_SIZE = "10Gi";

/** Size and storage class of the volume claims of the charts that store something in a StatefulSet. */
export const shapePersistence: ShapeByValues = (objects, values, chart) => {
  const volume = VOLUMES[chart.chart];
  const settings = volume && valueAt(values, volume.path);
  const spec = objects.find((one) => one.kind === "StatefulSet" && one.metadata.name === volume?.set)?.spec;
  if (!volume || !isMap(settings) || !isMap(spec)) return objects;
  const enabled = settings.enabled ?? volume.onByDefault;
  if (enabled === false) delete spec.volumeClaimTemplates;
  else spec.volumeClaimTemplates = [claimTemplate(volume.claim, settings)];
  return objects;
};

function claimTemplate(name: string, settings: Values): Json {
  const storageClass = settings.storageClass ?? settings.storageClassName;
  return {
    metadata: { name },
    spec: {
      accessModes: settings.accessModes ?? ["ReadWriteOnce"],
      ...(typeof storageClass === "string" && storageClass !== "" ? { storageClassName: storageClass } : {}),
      resources: { requests: { storage: settings.size ?? DEFAULT_SIZE } },
    },
  };
}
