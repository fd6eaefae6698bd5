import type { Layer } from "../catalogue/define-layers.ts";

/** How long a build may take, in its parts; all in minutes. */
export interface BuildTimes {
  /** terraform is interrupted gracefully after this long. */
  readonly interruptAfterMinutes: number;
  /** CodeBuild ends the build, gracefully or not. */
  readonly buildMinutes: number;
  /** CodeBuild gives up a build that never began. */
  readonly queueMinutes: number;
  /** The state machine gives up waiting. It must never be the first to do so. */
  readonly stateMinutes: number;
}

/** Fetching source, terraform and providers, and `terraform init`: about 1 min, 5 when the network is slow. */
const INSTALL_MINUTES = 5;
/**
 * After SIGINT terraform finishes what it has begun. The longest single wait that EKS is known for is 15 min
 * for a cluster; a node group may take longer, and is then found half made by the next plan.
 */
const GRACE_MINUTES = 15;
/** Bursts queue for half a minute; an account with one build at a time waits for the longest sibling: 60 min. */
const QUEUE_MINUTES = 60;
/** Build events reach Step Functions within seconds, by polling within a minute; five leave no doubt. */
const NOTICE_MINUTES = 5;
/** A plan refreshes a few hundred resources at most: 2 min as a rule. */
const PLAN_MINUTES = 15;

export function buildTimes(layer: Layer, mode: "plan" | "apply"): BuildTimes {
  const interruptAfterMinutes = mode === "plan" ? PLAN_MINUTES : layer.applyTimeoutMinutes;
  // Install, terraform's own time, then the grace: 60 + 5 + 15 = 80 min for an apply of an hour.
  const buildMinutes = INSTALL_MINUTES + interruptAfterMinutes + GRACE_MINUTES;
  return {
    interruptAfterMinutes,
    buildMinutes,
    queueMinutes: QUEUE_MINUTES,
    // Queue, build and its notice: 60 + 80 + 5 = 145 min for the same apply.
    stateMinutes: QUEUE_MINUTES + buildMinutes + NOTICE_MINUTES,
  };
}
