/**
 * One class per different reaction. The state machine names these classes in Retry and Catch,
 * so a class's `name` is its contract: it must equal the exported identifier.
 */

/** What every Strata error carries: a stable name, and the findings' place when there are some. */
export class StrataError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The input of a run or a handler is wrong. Not retryable: the same input fails again. */
export class InvalidInputError extends StrataError {}

/** The deployment itself is wrong (a missing variable, a missing permission). Not retryable. */
export class ConfigurationError extends StrataError {}

/** What is asked for is not there yet. Retryable until the gate's deadline. */
export class NotReadyError extends StrataError {}

/** A service did not answer, answered 5xx or throttled. Retryable with backoff. */
export class DependencyUnavailableError extends StrataError {}

/** A gate found an error that waiting cannot heal. Not retryable; fails the layer. */
export class GateFailedError extends StrataError {}

/** A plan may not be applied (protected resource, rejected, late, another digest). Not retryable. */
export class PlanRejectedError extends StrataError {}

/** Another run holds the environment's lease. Not retryable within this run. */
export class LeaseHeldError extends StrataError {}

/** Stored evidence is not what was recorded (a plan or source changed underneath). Not retryable. */
export class EvidenceMismatchError extends StrataError {}

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
  "LeaseHeldError",
  "EvidenceMismatchError",
] as const;
export type ErrorName = (typeof ERROR_NAMES)[number];
