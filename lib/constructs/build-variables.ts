import type { StageMode } from "./stage-names.ts";

/** Environment overrides that pin a build to its run's source. */
export const planVariables = (mode: StageMode): Record<string, string> => ({
  RUN_ID: "{% $run.runId %}",
  MODE: mode,
  SOURCE_BUCKET: "{% $run.source.bucket %}",
  SOURCE_KEY: "{% $run.source.key %}",
  SOURCE_VERSION_ID: "{% $run.source.versionId %}",
  SOURCE_SHA256: "{% $run.source.sha256 %}",
});

/** Of a removal's plan: what it may take of that which its layer retains. */
export const releaseVariables = (): Record<string, string> => ({
  RELEASE: "{% '|' & $join($run.allowDestroy, '|') & '|' %}",
});

/** Besides, what was reviewed: the build applies exactly these versions or nothing. */
export const applyVariables = (mode: StageMode): Record<string, string> => ({
  ...planVariables(mode),
  PLAN_KEY: "{% $review.plan.key %}",
  PLAN_VERSION_ID: "{% $review.plan.versionId %}",
  PLAN_SHA256: "{% $review.plan.sha256 %}",
  LOCK_KEY: "{% $review.lockFile.key %}",
  LOCK_VERSION_ID: "{% $review.lockFile.versionId %}",
  LOCK_SHA256: "{% $review.lockFile.sha256 %}",
});
