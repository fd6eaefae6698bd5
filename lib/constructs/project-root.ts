import { fileURLToPath } from "node:url";

/** Root of the repository: terraform, buildspecs and handlers are named by their path below it. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../", import.meta.url));
