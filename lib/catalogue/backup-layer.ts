import { defineLayers, type Layer } from "./define-layers.ts";
import { LAYERS } from "./layers.ts";

/** Name of the layer that brings Velero: the one that its gate proves. Undefined where no layer does. */
export const backupLayerOf = (layers: readonly Pick<Layer, "name" | "gates">[]): string | undefined =>
  layers.find(({ gates }) => gates.some(({ kind }) => kind === "velero"))?.name;

/** Of the whole platform: the layer whose backups are verified, and whose Velero restores. */
export const BACKUP_LAYER = backupLayerOf(defineLayers(LAYERS).layers) ?? "";
