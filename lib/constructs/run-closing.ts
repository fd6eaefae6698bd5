import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import type { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { HandlerFunction } from "./handler-function.ts";

export interface RunClosingProps {
  readonly stateMachine: StateMachine;
  readonly projectNames: readonly string[];
  readonly closeRun: HandlerFunction;
  /** EventBridge schedule expression of the sweep. */
  readonly sweep: string;
}

/**
 * Not every end of an execution can be caught from inside it. So EventBridge tells `close-run` of every end,
 * and of every end of a build: an apply may outlive its execution, and only then is the run over.
 */
export class RunClosing extends Construct {
  /** Events that could not be delivered or handled. */
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: RunClosingProps) {
    super(scope, id);
    const { stateMachine, projectNames, closeRun } = props;
    this.deadLetters = new DeadLetterQueue(this, "DeadLetters");
    const target = (): LambdaFunction => this.deadLetters.target(closeRun);
    new Rule(this, "ExecutionEnded", {
      description: "An execution of the pipeline ended, however it ended",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [stateMachine.stateMachineArn],
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
      targets: [target()],
    });
    new Rule(this, "BuildEnded", {
      description: "A build of one of the layers ended, perhaps after its execution",
      eventPattern: {
        source: ["aws.codebuild"],
        detailType: ["CodeBuild Build State Change"],
        detail: {
          "project-name": [...projectNames],
          "build-status": ["SUCCEEDED", "FAILED", "FAULT", "STOPPED", "TIMED_OUT"],
        },
      },
      targets: [target()],
    });
    // Events are delivered at least once, nearly always; a lease must not hang on "nearly".
    new Rule(this, "Sweep", {
      description: "Looks after the run that holds the lease, in case the event of its end was lost",
      schedule: Schedule.expression(props.sweep),
      targets: [target()],
    });
    this.deadLetters.catchFailures(this, closeRun);
  }
}
