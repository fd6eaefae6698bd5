import { Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { EventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";

export interface RunClosingProps {
  readonly stateMachine: StateMachine;
  readonly projectNames: readonly string[];
  readonly closeRun: HandlerFunction;
  /** EventBridge schedule expression of the sweep. */
  readonly sweep: string;
}

/** As long as EventBridge may try: a day. After that somebody has to look. */
const DELIVERY_LIMIT = Duration.hours(24);
/** EventBridge's own most; with its backoff they fill the day. */
const DELIVERIES = 185;
/** The longest that SQS keeps anything: two weeks to notice. */
const KEPT = Duration.days(14);

/**
 * Not every end of an execution can be caught from inside it. So EventBridge tells `close-run` of every end,
 * and of every end of a build: an apply may outlive its execution, and only then is the run over.
 */
export class RunClosing extends Construct {
  /** Events that could not be delivered or handled. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: RunClosingProps) {
    super(scope, id);
    const { stateMachine, projectNames, closeRun } = props;
    this.deadLetters = new Queue(this, "DeadLetters", {
      // Not the data key: its policy would have to let EventBridge in, for events that name runs and builds.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: KEPT,
    });
    Validations.of(this.deadLetters).acknowledge({
      id: "AwsSolutions-SQS3",
      reason: "This is the dead letter queue itself.",
    });
    const target = (): LambdaFunction =>
      new LambdaFunction(closeRun, {
        deadLetterQueue: this.deadLetters,
        maxEventAge: DELIVERY_LIMIT,
        retryAttempts: DELIVERIES,
      });
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
    // Delivered is not handled: Lambda itself calls an event's function thrice, a minute or two apart.
    new EventInvokeConfig(this, "Attempts", {
      function: closeRun,
      retryAttempts: 2,
      onFailure: new SqsDestination(this.deadLetters),
    });
  }
}
