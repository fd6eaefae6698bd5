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
      "Runtime.ExitError",
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

/**
 * Nothing has just changed, so a gate is asked once, and what says "not yet" (a pod that happens to move) a few
 * times more: after 10, 20 and 40 s. The minute is over before the last of them, so that one fails for good.
 */
export const PROVE_RETRY: Retrier = {
  ErrorEquals: ["NotReadyError"],
  IntervalSeconds: 10,
  BackoffRate: 2,
  MaxAttempts: 3,
};
export const PROVE_DEADLINE_MINUTES = 1;

/** Five seconds between the first looks: on average a gate passes two and a half after what it waits for. */
const FIRST_INTERVAL_SECONDS = 5;
/** Looks that a gate may cost; the first is no retry. */
const LOOKS = 60;
/** Longer than half an hour a gate waits for a person, who does not notice five minutes. */
const WAITS_FOR_A_PERSON_MINUTES = 30;
/** Doubled after 15 looks (1.05^15 = 2.1), so that somebody who acts at once is not kept waiting. */
const PERSON_BACKOFF_RATE = 1.05;
const PERSON_MAX_DELAY_SECONDS = 300;

export const waitsForAPerson = ({ deadlineMinutes }: Pick<Gate, "deadlineMinutes">): boolean =>
  deadlineMinutes > WAITS_FOR_A_PERSON_MINUTES;

/** Looks again until the gate's deadline: as many attempts as its intervals add up to that. */
export function gateRetry(gate: Pick<Gate, "deadlineMinutes">): Retrier {
  const deadlineSeconds = gate.deadlineMinutes * 60;
  const pace = waitsForAPerson(gate)
    ? { BackoffRate: PERSON_BACKOFF_RATE, MaxDelaySeconds: PERSON_MAX_DELAY_SECONDS }
    : { BackoffRate: gentlestRate(deadlineSeconds) };
  return {
    ErrorEquals: ["NotReadyError"],
    IntervalSeconds: FIRST_INTERVAL_SECONDS,
    ...pace,
    MaxAttempts: attemptsWithin(deadlineSeconds, pace),
  };
}

/**
 * The smallest rate at which 59 waits fill the deadline. Five minutes need 1.001 (59 x 5 s are 295 s already), ten
 * 1.023: there an interval is 5 s at first, 6.6 s after a minute and 19 s at the end. Twenty need 1.041: 13 s after
 * three minutes, when most of what is slow is healthy, and 52 s at the end, when hardly anything becomes it.
 */
function gentlestRate(deadlineSeconds: number): number {
  for (let thousandths = 1_000; ; thousandths += 1) {
    const BackoffRate = thousandths / 1_000;
    if (attemptsWithin(deadlineSeconds, { BackoffRate }) < LOOKS) return BackoffRate;
  }
}

/** The smallest number of retries whose waits together reach the deadline. */
function attemptsWithin(
  deadlineSeconds: number,
  pace: { readonly BackoffRate: number; readonly MaxDelaySeconds?: number },
): number {
  let attempts = 0;
  let waited = 0;
  let delay = FIRST_INTERVAL_SECONDS;
  while (waited < deadlineSeconds) {
    waited += Math.min(delay, pace.MaxDelaySeconds ?? delay);
    delay *= pace.BackoffRate;
    attempts += 1;
  }
  return attempts;
}
