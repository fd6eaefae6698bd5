import { Duration, Validations } from "aws-cdk-lib";
import type { RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { EventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { HandlerFunction } from "./handler-function.ts";

/** The longest that SQS keeps anything: two weeks to notice. */
const KEPT = Duration.days(14);
/** As long as EventBridge may try: a day. After that somebody has to look. */
const DELIVERY_LIMIT = Duration.hours(24);
/** EventBridge's own most; with its backoff they fill the day. */
const DELIVERIES = 185;
/** Delivered is not handled: Lambda itself calls an event's function thrice, a minute or two apart. */
const RETRIES = 2;

/** Where events end that could not be delivered or handled; the alarm "dead letters" watches each. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      // Not the data key: its policy would have to let EventBridge in, for events that name runs and builds.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: KEPT,
    });
    Validations.of(this).acknowledge({
      id: "AwsSolutions-SQS3",
      reason: "This is the dead letter queue itself.",
    });
  }

  /** A rule's target: what cannot be delivered within a day ends here. */
  target(fn: HandlerFunction, event?: RuleTargetInput): LambdaFunction {
    return new LambdaFunction(fn, {
      deadLetterQueue: this,
      maxEventAge: DELIVERY_LIMIT,
      retryAttempts: DELIVERIES,
      ...(event && { event }),
    });
  }

  /** Events that the function takes and fails at for good end here, too. */
  catchFailures(scope: Construct, fn: HandlerFunction): void {
    new EventInvokeConfig(scope, "Attempts", {
      function: fn,
      retryAttempts: RETRIES,
      onFailure: new SqsDestination(this),
    });
  }
}
