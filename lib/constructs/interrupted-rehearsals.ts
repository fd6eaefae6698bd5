import { Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SfnStateMachine } from "aws-cdk-lib/aws-events-targets";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { ScenarioName } from "../recovery/scenarios.ts";
import { ControlPlaneRole } from "./control-plane-role.ts";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { Names } from "./names.ts";

export interface InterruptedRehearsalsProps {
  readonly names: Names;
  readonly stateMachine: IStateMachine;
  readonly scenario: ScenarioName;
  /** Ends a start that failed; where nobody watches a queue, there is none. */
  readonly deadLetters: DeadLetterQueue | undefined;
}

/** An execution that is stopped or times out takes nothing down: another one does that, and nothing else. */
export class InterruptedRehearsals extends Construct {
  constructor(scope: Construct, id: string, props: InterruptedRehearsalsProps) {
    super(scope, id);
    const { names, stateMachine, scenario, deadLetters } = props;
    const role = new ControlPlaneRole(this, "Role", {
      names,
      purpose: "rehearsal-interrupted",
      service: "events.amazonaws.com",
      description: "Starts the removal of what an interrupted rehearsal has built",
    });
    new Rule(this, "Rule", {
      description:
        "A rehearsal of recovery was stopped, or ran out of time: what it had built must not outlive it",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ["TIMED_OUT", "ABORTED"] },
      },
      targets: [
        new SfnStateMachine(stateMachine, {
          role,
          ...(deadLetters && { deadLetterQueue: deadLetters }),
          input: RuleTargetInput.fromObject({
            scenario,
            tearDown: true,
            reason: "a rehearsal was interrupted",
          }),
        }),
      ],
    });
  }
}
