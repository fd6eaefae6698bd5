import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where package.json stands. */
export const PROJECT_ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Below the project's root, ignored by git: the synthesized app, a fetched terraform, builds in progress. */
export const WORK_DIRECTORY = ".strata";
