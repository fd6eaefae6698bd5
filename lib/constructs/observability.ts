import { Aws } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import type { Configuration } from "../configuration/schema.ts";
import type { CheckMachine } from "../run/proof.ts";
import {
  type AlarmDefinition,
  budgetUsed,
  certificateEndsSoon,
  deadLetters,
  functionsFailing,
  overdue,
} from "./alarms.ts";
import { makeDashboard } from "./dashboard.ts";
import type { Encryption } from "./encryption.ts";
import type { Names } from "./names.ts";
import type { Notifications } from "./notifications.ts";
import { SCHEDULE_KEYS } from "./schedules.ts";

export interface ObservabilityProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly configuration: Configuration;
  readonly encryption: Encryption;
  readonly notifications: Notifications;
  /** Machines that this template makes. */
  readonly machines: readonly CheckMachine[];
  /** Machines that run by themselves: these may be overdue. */
  readonly scheduled: readonly CheckMachine[];
  readonly deadLetters: readonly IQueue[];
  /** Functions that no state machine calls. */
  readonly unwatched: readonly string[];
  readonly validators: readonly string[];
}

/** Alarms that ask for a person, and the dashboard. Each alarm's name is `<env>: <a heading of docs/runbook.md>`. */
export class Observability extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { names, configuration, notifications, encryption, machines, scheduled } = props;
    const cloudWatch = new ServicePrincipal("cloudwatch.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    });
    notifications.action.grantPublish(cloudWatch);
    encryption.data.grant(cloudWatch, "kms:Decrypt", "kms:GenerateDataKey*");
    const definitions = [
      ...scheduled.map((machine) =>
        overdue(names.environment, machine, configuration.overdueHours[SCHEDULE_KEYS[machine]]),
      ),
      budgetUsed(names.environment, "run"),
      ...scheduled.map((machine) => budgetUsed(names.environment, machine)),
      certificateEndsSoon(names.environment),
      functionsFailing(names, props.unwatched),
      deadLetters(props.deadLetters),
    ];
    const action = new SnsAction(notifications.action);
    this.alarms = definitions.map((definition) => this.#alarm(names, definition, action));
    makeDashboard(this, {
      names,
      catalogue: props.catalogue,
      machines,
      validators: props.validators,
      alarms: this.alarms,
    });
  }

  #alarm(names: Names, definition: AlarmDefinition, action: SnsAction): Alarm {
    const { heading, description, metric, threshold } = definition;
    const alarm = new Alarm(this, heading, {
      alarmName: `${names.environment}: ${heading}`,
      alarmDescription: `${description}. See "${heading}" in docs/runbook.md.`,
      metric,
      threshold,
      comparisonOperator: definition.comparison,
      evaluationPeriods: definition.evaluationPeriods,
      treatMissingData: definition.missing,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }
}
