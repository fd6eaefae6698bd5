import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import { checkMachineArns } from "./check-machine.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { Encryption } from "./encryption.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Notifications } from "./notifications.ts";
import { proofGrants } from "./proof-grants.ts";
import type { Stores } from "./stores.ts";

export interface CheckClosingProps {
  readonly names: Names;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
}

/** A few calls to AWS, each answered in well under a second; half a minute outlasts the SDK's three attempts. */
const TIMEOUT = Duration.seconds(30);

/**
 * Not every end of an execution can be caught from inside it. So EventBridge tells `close-check` of every end of
 * a machine beside the pipeline, and one that left no proof is known to have failed.
 */
export class CheckClosing extends Construct {
  readonly closeCheck: HandlerFunction;
  /** Ends that could not be delivered or handled. */
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: CheckClosingProps) {
    super(scope, id);
    const { names, encryption, stores, notifications } = props;
    this.closeCheck = new HandlerFunction(this, "close-check", {
      names,
      handler: "close-check",
      description: "Writes a failed proof for a check that ended without one, and tells of it once",
      timeout: TIMEOUT,
      logKey: encryption.data,
      environment: {
        STRATA_ENVIRONMENT: names.environment,
        STRATA_TABLE: stores.table.tableName,
        STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
        STRATA_ACTION_TOPIC_ARN: notifications.action.topicArn,
      },
      grants: [
        ...proofGrants(props),
        {
          actions: ["s3:PutObject"],
          resources: [`${stores.artefacts.bucketArn}/checks/*/ended.json`],
          because: "Executions have no names at synth time; this one file of each is its to write.",
        },
      ],
    });
    this.deadLetters = new DeadLetterQueue(this, "DeadLetters");
    new Rule(this, "CheckEnded", {
      description: "An execution of a machine beside the pipeline ended, however it ended",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: checkMachineArns(names),
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
      targets: [this.deadLetters.target(this.closeCheck)],
    });
    this.deadLetters.catchFailures(this, this.closeCheck);
  }
}
