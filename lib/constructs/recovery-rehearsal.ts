import {
  Choice,
  Condition,
  CustomState,
  Fail,
  type IChainable,
  Pass,
  type State,
  Succeed,
} from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { SCENARIOS, type ScenarioName } from "../recovery/scenarios.ts";
import type { BackupVerification } from "./backup-verification.ts";
import { CheckStateMachine } from "./check-machine.ts";
import type { Encryption } from "./encryption.ts";
import { caughtError, jsonata, list, text } from "./expressions.ts";
import type { Names } from "./names.ts";
import { functionState } from "./task-states.ts";

export interface RecoveryRehearsalProps {
  readonly names: Names;
  readonly encryption: Encryption;
  readonly verification: BackupVerification;
}

const CALL_SECONDS = 90;
/** What the verification itself may take, and a reserve for its start and end. */
const LIMIT_MINUTES = 160;

/**
 * `<env>-rehearse-recovery`: measures what a disaster would cost. A volume and a namespace come back in the same
 * cluster, by the very machine that verifies backups, into a sandbox. A cluster and a region would need a second
 * environment, which this machine does not build: it says so, and has not proven it.
 */
export class RecoveryRehearsal extends Construct {
  constructor(scope: Construct, id: string, props: RecoveryRehearsalProps) {
    super(scope, id);
    const { names, verification, encryption } = props;
    const machine = names.checkMachine("verify-backup");
    new CheckStateMachine(this, "Machine", {
      names,
      machine: "rehearse-recovery",
      comment: "Measures how long the platform would take to come back from a disaster, and with which data",
      definition: definition(this, props),
      functions: [verification.restorer],
      grants: [
        { actions: ["states:StartExecution"], resources: [names.arn("states", `stateMachine:${machine}`)] },
        {
          actions: ["states:DescribeExecution", "states:StopExecution"],
          resources: [names.arn("states", `execution:${machine}:*`)],
          because: "Executions of this one machine; Step Functions names those that it starts.",
        },
        {
          // How Step Functions learns of the child's end.
          actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
          resources: [names.arn("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")],
        },
      ],
      timeoutMinutes: LIMIT_MINUTES + 10,
      logKey: encryption.data,
    });
  }
}

/** By the names of the scenarios that a backup alone brings back, the schedule that does. */
const SCHEDULES = Object.entries(SCENARIOS).flatMap(([name, { schedule }]) =>
  schedule === undefined ? [] : [`${text(name)}: ${text(schedule)}`],
);

function definition(scope: Construct, { names, verification }: RecoveryRehearsalProps): IChainable {
  const conclude = concludeStates(scope, verification);
  const verify = new ChildExecution(scope, "Restore and measure", conclude, {
    machineArn: names.arn("states", `stateMachine:${names.checkMachine("verify-backup")}`),
    input: {
      schedule: `{% $lookup({${SCHEDULES.join(", ")}}, $states.input.scenario) %}`,
      reason: "{% 'rehearsal ' & $states.context.Execution.Name %}",
    },
  });
  verify.next(conclude);
  const known = Object.keys(SCENARIOS) as ScenarioName[];
  const alone = known.filter((name) => SCENARIOS[name].schedule !== undefined);
  const others = known.filter((name) => SCENARIOS[name].schedule === undefined);
  const refuse = (name: string, error: string, cause: string): Pass => {
    const pass = Pass.jsonata(scope, name, {
      outputs: jsonata(
        `{'scenario': $states.input.scenario in ${list(known)} ? $states.input.scenario : 'volume', 'outcomes': [], 'error': {'name': ${text(error)}, 'cause': ${text(cause)}, 'step': ${text(name)}}}`,
      ),
    });
    pass.next(conclude);
    return pass;
  };
  const asked = Pass.jsonata(scope, "Take a volume unless asked for another", {
    outputs: jsonata("{'scenario': $exists($states.input.scenario) ? $states.input.scenario : 'volume'}"),
  });
  const choice = Choice.jsonata(scope, "Which disaster?")
    .when(Condition.jsonata(jsonata(`$states.input.scenario in ${list(alone)}`)), verify)
    .when(
      Condition.jsonata(jsonata(`$states.input.scenario in ${list(others)}`)),
      refuse(
        "Needs a second environment",
        "ConfigurationError",
        "this needs an environment beside the one that is lost, and none is configured: follow docs/disaster-recovery.md by hand",
      ),
    )
    .otherwise(
      refuse("Unknown disaster", "InvalidInputError", `scenario must be one of ${known.join(", ")}`),
    );
  return asked.next(choice);
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

/** Starts a machine and waits for its end; written out, because CDK's own task grants more than is needed. */
class ChildExecution extends CustomState {
  constructor(
    scope: Construct,
    id: string,
    rescue: State,
    { machineArn, input }: { machineArn: string; input: Readonly<Record<string, string>> },
  ) {
    const error = `{'name': $exists($states.errorOutput.Error) ? $states.errorOutput.Error : 'States.TaskFailed', 'cause': $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'no cause was given', 'step': ${text(id)}}`;
    super(scope, id, {
      stateJson: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution.sync:2",
        Arguments: { StateMachineArn: machineArn, Input: input },
        TimeoutSeconds: LIMIT_MINUTES * 60,
        Output: jsonata("{'scenario': $states.input.scenario, 'outcomes': [$states.result.Output.outcomes]}"),
        Catch: [
          {
            ErrorEquals: ["States.ALL"],
            Next: rescue.stateId,
            Output: jsonata(`{'scenario': $states.input.scenario, 'outcomes': [], 'error': ${error}}`),
          },
        ],
      },
    });
  }
}
