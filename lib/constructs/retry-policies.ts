import type { Gate } from "../catalogue/define-layers.ts";

/** A Retry entry, as the Amazon States Language spells it. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

/**
 * Lambda itself failing, or one of our functions saying that a service did not answer: 2, 4, 8, 16, 30, 30 s,
 * a minute and a half in all, which outlasts a throttle or a failover and not much more. Every function of the
 * machine may be called twice.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
export const SERVICE_RETRIES: readonly Retrier[] = [
  {
    ErrorEquals: [
      "DependencyUnavailableError",
      "Lambda.ClientExecutionTimeoutException",
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.TooManyRequestsException",
      // The runtime died or ran out of time before the function could say anything.
      "Lambda.Unknown",
      "Sandbox.Timedout",
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 6,
    MaxDelaySeconds: 30,
    JitterStrategy: "FULL",
  },
];

/**
 * A plan changes nothing, so a start that may or may not have happened is simply repeated: 10, 20, 40 s.
 * A build that ran and failed (`States.TaskFailed`) is not: the same plan fails again.
 */
export const PLAN_RETRIES: readonly Retrier[] = [
  {
    ErrorEquals: [
      "CodeBuild.AccountLimitExceededException",
      "CodeBuild.CodeBuildException",
      "CodeBuild.SdkClientException",
    ],
    IntervalSeconds: 10,
    BackoffRate: 2,
    MaxAttempts: 3,
  },
];

/**
 * An apply is started again only where CodeBuild says that it did not start it: its queue was full. 30 s to
 * 5 min apart, ten times: half an hour, in which a sibling's build ends.
 */
export const APPLY_RETRIES: readonly Retrier[] = [
  {
    ErrorEquals: ["CodeBuild.AccountLimitExceededException"],
    IntervalSeconds: 30,
    BackoffRate: 2,
    MaxAttempts: 10,
    MaxDelaySeconds: 300,
  },
];

/** Ten seconds between looks: on average a gate passes five seconds after what it waits for. */
const FIRST_INTERVAL_SECONDS = 10;
/** Gently: after 15 looks, and three and a half minutes, the interval has doubled. */
const BACKOFF_RATE = 1.05;
/** A look every 20 s still reacts within 10 s on average. */
const USUAL_MAX_DELAY_SECONDS = 20;
/** Invocations that a gate may cost; a fifth are the first, denser looks. */
const LOOKS = 60;
const DENSE_LOOKS = 12;
/** Longer than half an hour a gate waits for a person, who does not notice five minutes. */
const WAITS_FOR_A_PERSON_MINUTES = 30;
const PERSON_MAX_DELAY_SECONDS = 300;

/** Looks again until the gate's deadline: as many attempts as its intervals add up to that. */
export function gateRetry(gate: Pick<Gate, "deadlineMinutes">): Retrier {
  const deadlineSeconds = gate.deadlineMinutes * 60;
  const maxDelaySeconds =
    gate.deadlineMinutes > WAITS_FOR_A_PERSON_MINUTES
      ? PERSON_MAX_DELAY_SECONDS
      : // 20 min = 1,200 s: 1,200 / (60 - 12) = 25 s between looks at the end, and never more than 60 looks.
        Math.max(USUAL_MAX_DELAY_SECONDS, Math.ceil(deadlineSeconds / (LOOKS - DENSE_LOOKS)));
  return {
    ErrorEquals: ["NotReadyError"],
    IntervalSeconds: FIRST_INTERVAL_SECONDS,
    BackoffRate: BACKOFF_RATE,
    MaxDelaySeconds: maxDelaySeconds,
    MaxAttempts: attemptsWithin(deadlineSeconds, maxDelaySeconds),
  };
}

/** The smallest number of retries whose waits together reach the deadline. */
export function attemptsWithin(deadlineSeconds: number, maxDelaySeconds: number): number {
  let attempts = 0;
  let waited = 0;
  let delay = FIRST_INTERVAL_SECONDS;
  while (waited < deadlineSeconds) {
    waited += Math.min(delay, maxDelaySeconds);
    delay *= BACKOFF_RATE;
    attempts += 1;
  }
  return attempts;
}
