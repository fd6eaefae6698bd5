/**
 * One class per different reaction. The state machine names these classes in Retry and Catch,
 * so a class's `name` is its contract: it must equal the exported identifier.
 */

/**
 * What every Strata error is. Each class spells its name out: bundles are minified, and a name taken from the
 * class itself would be one letter there, which no Retry and no Catch knows.
 */
export class StrataError extends Error {
  override readonly name: string = "StrataError";
}

/** The input of a run or a handler is wrong. Not retryable: the same input fails again. */
export class InvalidInputError extends StrataError {
  override readonly name = "InvalidInputError";
}

/** The deployment itself is wrong (a missing variable, a missing permission). Not retryable. */
export class ConfigurationError extends StrataError {
  override readonly name = "ConfigurationError";
}

/** What is asked for is not there yet. Retryable until the gate's deadline. */
export class NotReadyError extends StrataError {
  override readonly name = "NotReadyError";
}

/** A service did not answer, answered 5xx or throttled. Retryable with backoff. */
export class DependencyUnavailableError extends StrataError {
  override readonly name = "DependencyUnavailableError";
}

/** A gate found an error that waiting cannot heal. Not retryable; fails the layer. */
export class GateFailedError extends StrataError {
  override readonly name = "GateFailedError";
}

/** A plan may not be applied (protected resource, rejected, late, another digest). Not retryable. */
export class PlanRejectedError extends StrataError {
  override readonly name = "PlanRejectedError";
}

/** Somebody asked for the run to end. Not retryable; layers under way end by themselves. */
export class RunCancelledError extends StrataError {
  override readonly name = "RunCancelledError";
}

/** Another run holds the environment's lease. Not retryable within this run. */
export class LeaseHeldError extends StrataError {
  override readonly name = "LeaseHeldError";
}

/** Stored evidence is not what was recorded (a plan or source changed underneath). Not retryable. */
export class EvidenceMismatchError extends StrataError {
  override readonly name = "EvidenceMismatchError";
}

/** Names that a Retry may list; everything else fails at once. */
export const RETRYABLE_ERRORS = ["NotReadyError", "DependencyUnavailableError"] as const;

/** Every error name that the state machine may meet from our own code. */
export const ERROR_NAMES = [
  "InvalidInputError",
  "ConfigurationError",
  "NotReadyError",
  "DependencyUnavailableError",
  "GateFailedError",
  "PlanRejectedError",
  "RunCancelledError",
  "LeaseHeldError",
  "EvidenceMismatchError",
] as const;
export type ErrorName = (typeof ERROR_NAMES)[number];
