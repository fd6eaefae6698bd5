import { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import type { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Configuration } from "../configuration/schema.ts";
import { CheckStateMachine } from "./check-machine.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { Encryption } from "./encryption.ts";
import type { Grant } from "./grants.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Network } from "./network.ts";
import type { Notifications } from "./notifications.ts";
import { proofGrants } from "./proof-grants.ts";
import type { Stores } from "./stores.ts";
import { verificationDefinition } from "./verification-definition.ts";

export interface BackupVerificationProps {
  readonly names: Names;
  readonly configuration: Configuration;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly notifications: Notifications;
  readonly network: Network;
  /** Where the backups come from, in an environment that restores those of another one. */
  readonly restoreFrom?: { readonly bucket: string } | undefined;
  /** Environments whose verifications' evidence a rehearsal reads. */
  readonly rehearsedIn?: readonly Names[];
}

/** Of the storage location that holds another environment's backups. @see terraform/resilience/recovery.tf */
const RECOVERY_LOCATION = "recovery";
/** Velero looks into a location each minute; ten outlast its start. */
const AWAIT_MINUTES = 10;

/** The one handler that may restore; its role is what the cluster's fence knows as a restore verifier. */
export const RESTORER = "verify-restore";

/** Reads and writes of an API server, each answered in well under a second, and some objects of a bucket. */
const TIMEOUT = Duration.minutes(1);
/** Two restores, one after the other, each with the limits of its states: 30, 15 and 15 min; and a reserve. */
const MACHINE_MINUTES = 150;

/** `<env>-verify-backup`: proves by restoring that what the schedules back up can be restored. */
export class BackupVerification extends Construct {
  readonly restorer: HandlerFunction;
  readonly stateMachine: StateMachine;
  /** Calls of the janitor that failed for good; none where there is no janitor. */
  readonly deadLetters: DeadLetterQueue | undefined;

  constructor(scope: Construct, id: string, props: BackupVerificationProps) {
    super(scope, id);
    const { names, configuration, stores, notifications, encryption, network } = props;
    const { rpoHours, rtoMinutes } = configuration.backups;
    const restorer = new HandlerFunction(this, RESTORER, {
      names,
      handler: RESTORER,
      description: "Restores backups into sandboxes, looks at them, and removes them",
      timeout: TIMEOUT,
      logKey: encryption.data,
      network: { vpc: network.vpc, securityGroup: network.gates },
      environment: {
        STRATA_ENVIRONMENT: names.environment,
        STRATA_TABLE: stores.table.tableName,
        STRATA_ARTEFACT_BUCKET: stores.artefacts.bucketName,
        STRATA_ACTION_TOPIC_ARN: notifications.action.topicArn,
      },
      grants: restorerGrants(props),
    });
    this.restorer = restorer;
    const { stateMachine } = new CheckStateMachine(this, "Machine", {
      names,
      machine: "verify-backup",
      comment: "Restores the newest backup of each schedule into a sandbox and proves that it is whole",
      definition: verificationDefinition(this, restorer.currentVersion.functionArn, {
        schedules: [
          { name: "daily", schedule: "velero-daily", path: "snapshot", rpoHours: rpoHours.daily },
          { name: "weekly", schedule: "velero-weekly", path: "files", rpoHours: rpoHours.weekly },
        ],
        rtoMinutes,
        ...(props.restoreFrom ? { location: RECOVERY_LOCATION, awaitMinutes: AWAIT_MINUTES } : {}),
      }),
      functions: [restorer],
      grants: [
        {
          actions: ["ec2:DescribeSnapshots"],
          resources: ["*"],
          because: "EC2's describe calls know no narrower resource.",
        },
      ],
      timeoutMinutes: MACHINE_MINUTES,
      logKey: encryption.data,
    });
    this.stateMachine = stateMachine;
    // A scratch environment's sandboxes go with its cluster; most of the time there is neither.
    this.deadLetters = props.restoreFrom
      ? undefined
      : removeOrphans(this, restorer, stateMachine, configuration.schedules.sweep);
  }
}

/** Sandboxes that their verification did not remove. */
function removeOrphans(
  scope: Construct,
  restorer: HandlerFunction,
  stateMachine: StateMachine,
  sweep: string,
): DeadLetterQueue {
  const deadLetters = new DeadLetterQueue(scope, "DeadLetters");
  const janitor = (): LambdaFunction =>
    deadLetters.target(restorer, RuleTargetInput.fromObject({ step: "sweep" }));
  // An execution that is stopped or times out runs no clean-up of its own.
  new Rule(scope, "Ended", {
    description: "A backup verification ended otherwise than well: its sandbox must not outlive it",
    eventPattern: {
      source: ["aws.states"],
      detailType: ["Step Functions Execution Status Change"],
      detail: {
        stateMachineArn: [stateMachine.stateMachineArn],
        status: ["FAILED", "TIMED_OUT", "ABORTED"],
      },
    },
    targets: [janitor()],
  });
  new Rule(scope, "Janitor", {
    description: "Removes sandboxes whose verification has ended, in case its event was lost",
    schedule: Schedule.expression(sweep),
    targets: [janitor()],
  });
  // The machine calls published versions, whose failures it sees itself; only events come to this one.
  deadLetters.catchFailures(scope, restorer);
  return deadLetters;
}

function restorerGrants(props: BackupVerificationProps): Grant[] {
  const { names, stores, encryption } = props;
  const { account, region } = encryption.data.stack;
  const own = `${names.environment}-backups-${account}-${region}`;
  const backups = `arn:aws:s3:::${props.restoreFrom?.bucket ?? own}`;
  return [
    ...proofGrants(props),
    { actions: ["eks:DescribeCluster"], resources: [names.arn("eks", `cluster/${names.cluster}`)] },
    {
      actions: ["s3:GetObject", "s3:PutObject"],
      resources: ["verify-backup", "rehearse-recovery"].map(
        (machine) => `${stores.artefacts.bucketArn}/checks/${machine}/*`,
      ),
      because: "Executions have no names at synth time; the prefixes hold nothing but their evidence.",
    },
    ...(props.rehearsedIn ?? []).map((scratch) => ({
      actions: ["s3:GetObject"],
      resources: [`arn:aws:s3:::${scratch.artefactBucket}/checks/verify-backup/*`],
      because: "Executions have no names at synth time; the prefix holds nothing but their evidence.",
    })),
    {
      actions: ["s3:GetObject"],
      resources: [`${backups}/backups/*`, `${backups}/restores/*`],
      because: "Velero names backups by their time; what it backed up of volumes is not among these.",
    },
    { actions: ["s3:ListBucket"], resources: [backups] },
    {
      actions: ["kms:Decrypt"],
      resources: [names.arn("kms", "key/*")],
      conditions: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
      because:
        "The backups' key is made by a layer and has no name at synth time; through S3 only, which serves this role nothing but those objects.",
    },
    {
      actions: ["states:DescribeExecution"],
      resources: [names.arn("states", `execution:${names.checkMachine("verify-backup")}:*`)],
      because: "Executions of this one machine; their names are given by whoever starts them.",
    },
  ];
}
