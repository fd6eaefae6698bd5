import type { Controller } from "../engine/controller.ts";
import { backups } from "./backups.ts";
import { downloadRequests } from "./download-requests.ts";
import { locations } from "./locations.ts";
import { podVolumeRestores } from "./pod-volume-restores.ts";
import { restores } from "./restores.ts";
import { schedules } from "./schedules.ts";

/** Velero's server and its node agent. */
export const veleroControllers: readonly Controller[] = [
  locations,
  schedules,
  backups,
  restores,
  podVolumeRestores,
  downloadRequests,
];
