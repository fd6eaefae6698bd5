import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ControlPlaneRole } from "./control-plane-role.ts";
import { grant } from "./grants.ts";
import type { Names } from "./names.ts";

export interface CheckScheduleProps {
  readonly names: Names;
  /** Ends the schedule's name. */
  readonly purpose: string;
  readonly description: string;
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  /** IANA name: cron expressions are read in it. */
  readonly timeZone: string;
  /** ARN of a state machine, or of a function. */
  readonly targetArn: string;
  /** Ends what could not be started. */
  readonly deadLetters: IQueue;
  readonly input?: object;
}

/** A start that fails is tried for an hour; the next one is due then, or a missing proof is found by its age. */
const MAXIMUM_AGE_SECONDS = 3_600;
const ATTEMPTS = 10;

/** Starts a check, or a function that looks after them, by EventBridge Scheduler; daylight saving is its business. */
export class CheckSchedule extends Construct {
  constructor(scope: Construct, id: string, props: CheckScheduleProps) {
    super(scope, id);
    const { names, purpose, targetArn, deadLetters } = props;
    const role = new ControlPlaneRole(this, "Role", {
      names,
      purpose: `schedule-${purpose}`,
      service: "scheduler.amazonaws.com",
      description: `Starts ${purpose} when it is due`,
    });
    const isMachine = targetArn.includes(":stateMachine:");
    grant(
      role,
      { actions: [isMachine ? "states:StartExecution" : "lambda:InvokeFunction"], resources: [targetArn] },
      { actions: ["sqs:SendMessage"], resources: [deadLetters.queueArn] },
    );
    const schedule = new CfnSchedule(this, "Schedule", {
      name: names.handler(purpose),
      description: props.description,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: targetArn,
        roleArn: role.roleArn,
        input: JSON.stringify(props.input ?? {}),
        retryPolicy: { maximumEventAgeInSeconds: MAXIMUM_AGE_SECONDS, maximumRetryAttempts: ATTEMPTS },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    schedule.node.addDependency(role);
  }
}
