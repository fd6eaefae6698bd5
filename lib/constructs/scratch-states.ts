import { Pass, type State } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { BACKUP_LAYER } from "../catalogue/backup-layer.ts";
import { SCENARIOS } from "../recovery/scenarios.ts";
import { jsonata, text } from "./expressions.ts";
import type { Names } from "./names.ts";
import type { ScratchEnvironment } from "./recovery-rehearsal.ts";
import type { Retrier } from "./retry-policies.ts";
import { childState } from "./task-states.ts";

/** A cluster with nodes takes 25 min, its software 10; three times that, and somebody must look. */
const BUILD_MINUTES = 120;
/** A cluster, its nodes and its network go within half an hour; a removal that waits for an apply takes longer. */
const REMOVAL_MINUTES = 120;
/** Every five minutes six times: an apply in flight, which nobody stops, keeps the environment's lease until it ends. */
const REMOVAL_RETRY: Retrier = {
  ErrorEquals: ["States.TaskFailed"],
  IntervalSeconds: 300,
  BackoffRate: 1,
  MaxAttempts: 6,
};

/** The most that building, restoring and removing take together. */
export const scratchMinutes = (verificationMinutes: number): number =>
  BUILD_MINUTES + verificationMinutes + (REMOVAL_MINUTES + 5) * (REMOVAL_RETRY.MaxAttempts + 1);

/** Of a child execution that did not succeed: its cause is the execution as JSON, and is read where it is told. */
export const rehearsalFailure = (step: string): string =>
  `{'name': $exists($states.errorOutput.Error) ? $states.errorOutput.Error : 'States.TaskFailed', 'cause': $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'no cause was given', 'step': ${text(step)}}`;

/**
 * Build → restore and prove → take down → conclude, by the scratch environment's own machines. Whatever fails, it is
 * taken down; one that could not be is a failure of the rehearsal, however well it went before.
 */
export function scratchStates(
  scope: Construct,
  props: {
    readonly scratch: ScratchEnvironment;
    readonly names: Names;
    readonly conclude: State;
    readonly verificationMinutes: number;
  },
): { readonly build: State; readonly takeDown: State } {
  const { scratch, names, conclude, verificationMinutes } = props;
  const machine = (name: string): string => names.arn("states", `stateMachine:${name}`);
  const reason = "{% 'rehearsal ' & $states.context.Execution.Name %}";
  const about = `'scenario': $states.input.scenario, 'evidenceBucket': ${text(scratch.names.artefactBucket)}`;
  const failed = (step: string): string =>
    jsonata(`{${about}, 'outcomes': [], 'error': ${rehearsalFailure(step)}}`);

  const removal = "Take it down";
  const takeDown = childState(scope, removal, {
    stateMachineArn: machine(scratch.names.stateMachine),
    input: { operation: "destroy", approval: "never", reason },
    timeoutSeconds: REMOVAL_MINUTES * 60,
    retries: [REMOVAL_RETRY],
    output: "{% $states.input %}",
    rescue: {
      to: conclude,
      output: jsonata(
        `$merge([$states.input, {'isLeft': true}, $exists($states.input.error) ? {} : {'error': ${rehearsalFailure(removal)}}])`,
      ),
    },
  });
  takeDown.next(conclude);

  const restore = childState(scope, "Restore into it", {
    stateMachineArn: machine(scratch.names.checkMachine("verify-backup")),
    input: { schedule: SCENARIOS[scratch.scenario].schedule, reason },
    timeoutSeconds: verificationMinutes * 60,
    output: jsonata(`{${about}, 'outcomes': [$states.result.Output.outcomes]}`),
    rescue: { to: takeDown, output: failed("Restore into it") },
  });
  restore.next(takeDown);

  const build = childState(scope, "Build the platform anew", {
    stateMachineArn: machine(scratch.names.stateMachine),
    input: { operation: "deploy", layers: [BACKUP_LAYER], approval: "never", reason },
    timeoutSeconds: BUILD_MINUTES * 60,
    output: "{% $states.input %}",
    rescue: { to: takeDown, output: failed("Build the platform anew") },
  });
  build.next(restore);

  const interrupted = Pass.jsonata(scope, "Remove what a rehearsal left", {
    outputs: jsonata(
      `{${about}, 'outcomes': [], 'error': {'name': 'RunCancelledError', 'cause': 'a rehearsal was interrupted; what it had built was taken down', 'step': 'Remove what a rehearsal left'}}`,
    ),
  });
  interrupted.next(takeDown);
  return { build, takeDown: interrupted };
}
