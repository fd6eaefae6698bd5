import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  Pass,
  type State,
  Succeed,
} from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from "../recovery/scenarios.ts";
import type { BackupVerification } from "./backup-verification.ts";
import { CheckStateMachine } from "./check-machine.ts";
import type { Encryption } from "./encryption.ts";
import { caughtError, jsonata, list, text } from "./expressions.ts";
import type { Grant } from "./grants.ts";
import { InterruptedRehearsals } from "./interrupted-rehearsals.ts";
import type { Names } from "./names.ts";
import { rehearsalFailure, scratchMinutes, scratchStates } from "./scratch-states.ts";
import { childState, functionState } from "./task-states.ts";

/** The environment that a rehearsal builds and removes, and what it stands for. */
export interface ScratchEnvironment {
  readonly scenario: ScenarioName;
  readonly names: Names;
}

export interface RecoveryRehearsalProps {
  readonly names: Names;
  readonly encryption: Encryption;
  readonly verification: BackupVerification;
  readonly scratch?: ScratchEnvironment | undefined;
  /** Scenarios that this machine does not rehearse: what to do instead. */
  readonly elsewhere: Readonly<Partial<Record<ScenarioName, string>>>;
}

const CALL_SECONDS = 90;
/** What the verification itself may take, and a reserve for its start and end. */
const VERIFICATION_MINUTES = 160;

/**
 * `<env>-rehearse-recovery`: measures what a disaster would cost. A volume and a namespace come back in the same
 * cluster, by the very machine that verifies backups, into a sandbox. A cluster or a region is built anew beside the
 * living one, under another name, and removed when the restore has been proven, or could not be.
 */
export class RecoveryRehearsal extends Construct {
  constructor(scope: Construct, id: string, props: RecoveryRehearsalProps) {
    super(scope, id);
    const { names, verification, encryption, scratch } = props;
    const { stateMachine } = new CheckStateMachine(this, "Machine", {
      names,
      machine: "rehearse-recovery",
      comment: "Measures how long the platform would take to come back from a disaster, and with which data",
      definition: definition(this, props),
      functions: [verification.restorer],
      grants: grantsOf(props),
      timeoutMinutes: (scratch ? scratchMinutes(VERIFICATION_MINUTES) : VERIFICATION_MINUTES) + 10,
      logKey: encryption.data,
    });
    if (scratch)
      new InterruptedRehearsals(this, "Interrupted", {
        names,
        stateMachine,
        scenario: scratch.scenario,
        deadLetters: verification.deadLetters,
      });
  }
}

function grantsOf({ names, scratch }: RecoveryRehearsalProps): Grant[] {
  const machines = [
    names.checkMachine("verify-backup"),
    ...(scratch ? [scratch.names.stateMachine, scratch.names.checkMachine("verify-backup")] : []),
  ];
  return [
    {
      actions: ["states:StartExecution"],
      resources: [...new Set(machines.map((machine) => names.arn("states", `stateMachine:${machine}`)))],
    },
    {
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: [...new Set(machines.map((machine) => names.arn("states", `execution:${machine}:*`)))],
      because: "Executions of these machines only; Step Functions names those that it starts.",
    },
    {
      // How Step Functions learns of the child's end.
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [names.arn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")],
    },
  ];
}

/** By the names of scenarios, the schedule whose backup brings them back. */
const SCHEDULES = SCENARIO_NAMES.map((name) => `${text(name)}: ${text(SCENARIOS[name].schedule)}`);

function definition(scope: Construct, props: RecoveryRehearsalProps): IChainable {
  const { names, verification, scratch, elsewhere } = props;
  const conclude = concludeStates(scope, verification);
  const choice = Choice.jsonata(scope, "Which disaster?");
  const here = SCENARIO_NAMES.filter(
    (name) => elsewhere[name] === undefined && !SCENARIOS[name].rebuilds && name !== scratch?.scenario,
  );
  if (here.length > 0) {
    const verify = childState(scope, "Restore and measure", {
      stateMachineArn: names.arn("states", `stateMachine:${names.checkMachine("verify-backup")}`),
      input: {
        schedule: `{% $lookup({${SCHEDULES.join(", ")}}, $states.input.scenario) %}`,
        reason: "{% 'rehearsal ' & $states.context.Execution.Name %}",
      },
      timeoutSeconds: VERIFICATION_MINUTES * 60,
      output: jsonata("{'scenario': $states.input.scenario, 'outcomes': [$states.result.Output.outcomes]}"),
      rescue: {
        to: conclude,
        output: jsonata(
          `{'scenario': $states.input.scenario, 'outcomes': [], 'error': ${rehearsalFailure("Restore and measure")}}`,
        ),
      },
    });
    verify.next(conclude);
    choice.when(Condition.jsonata(jsonata(`$states.input.scenario in ${list(here)}`)), verify);
  }
  if (scratch) {
    const { build, takeDown } = scratchStates(scope, {
      scratch,
      names,
      conclude,
      verificationMinutes: VERIFICATION_MINUTES,
    });
    const asked = `$states.input.scenario = ${text(scratch.scenario)}`;
    choice.when(Condition.jsonata(jsonata(`${asked} and $states.input.tearDown = true`)), takeDown);
    choice.when(Condition.jsonata(jsonata(asked)), build);
  }
  for (const [name, cause] of Object.entries(elsewhere))
    choice.when(
      Condition.jsonata(jsonata(`$states.input.scenario = ${text(name)}`)),
      refusal(scope, `Not rehearsed here: ${name}`, "ConfigurationError", cause, conclude),
    );
  const known = `scenario must be one of ${SCENARIO_NAMES.join(", ")}`;
  choice.otherwise(refusal(scope, "Unknown disaster", "InvalidInputError", known, conclude));
  const first = scratch && here.length === 0 ? scratch.scenario : "volume";
  return Pass.jsonata(scope, `Take a ${first} unless asked for another`, {
    outputs: jsonata(
      `{'scenario': $exists($states.input.scenario) ? $states.input.scenario : ${text(first)}, 'tearDown': $states.input.tearDown = true}`,
    ),
  }).next(choice);
}

function refusal(scope: Construct, name: string, error: string, cause: string, next: State): Pass {
  const pass = Pass.jsonata(scope, name, {
    outputs: jsonata(
      `{'scenario': $states.input.scenario in ${list(SCENARIO_NAMES)} ? $states.input.scenario : 'volume', 'outcomes': [], 'error': {'name': ${text(error)}, 'cause': ${text(cause)}, 'step': ${text(name)}}}`,
    ),
  });
  pass.next(next);
  return pass;
}

function concludeStates(scope: Construct, { restorer }: BackupVerification): State {
  const name = "Record what was measured";
  const notProven = Fail.jsonata(scope, "Recovery not proven", {
    error: "{% $states.input.error %}",
    cause: "{% $states.input.cause %}",
  });
  const conclude = functionState(scope, name, {
    version: restorer.currentVersion.functionArn,
    payload: jsonata(
      "$merge([{'step': 'conclude-rehearsal', 'execution': {'arn': $states.context.Execution.Id, 'name': $states.context.Execution.Name, 'startedAt': $states.context.Execution.StartTime}}, $states.input])",
    ),
    timeoutSeconds: CALL_SECONDS,
    rescue: {
      to: notProven,
      output: jsonata(`($error := ${caughtError(name)}; {'error': $error.name, 'cause': $error.cause})`),
    },
  });
  conclude.next(
    Choice.jsonata(scope, "Back again?")
      .when(
        Condition.jsonata(jsonata("$states.input.proven = true")),
        Succeed.jsonata(scope, "Recovery proven"),
      )
      .otherwise(notProven),
  );
  return conclude;
}
