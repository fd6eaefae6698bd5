import { Aws, Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Configuration } from "../configuration/schema.ts";
import { CHECK_MACHINES, type CheckMachine } from "../run/proof.ts";
import { CheckSchedule } from "./check-schedule.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { Encryption } from "./encryption.ts";
import { HandlerFunction } from "./handler-function.ts";
import { type Names, namesOf } from "./names.ts";
import type { Stores } from "./stores.ts";

export interface SchedulesProps {
  readonly names: Names;
  readonly configuration: Configuration;
  readonly encryption: Encryption;
  readonly stores: Stores;
  /** Machines that this template makes: only those are started. */
  readonly machines: readonly CheckMachine[];
}

type ScheduleKey = keyof Configuration["overdueHours"];

/** Where each check's schedule stands in the configuration. */
export const SCHEDULE_KEYS = {
  prove: "prove",
  drift: "drift",
  "verify-backup": "verifyBackup",
  "rehearse-recovery": "rehearseRecovery",
} as const satisfies Record<CheckMachine, ScheduleKey>;

/** Fixed: the alarms on the ages count on an hourly value. */
const AGES_EXPRESSION = "rate(1 hour)";

/** What the control plane does by itself, and when; and the function that tells how long ago it was last done. */
export class Schedules extends Construct {
  readonly publishAges: HandlerFunction;
  readonly deadLetters: DeadLetterQueue;
  /** Checks that run by themselves. */
  readonly scheduled: readonly CheckMachine[];

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { names, configuration, machines } = props;
    const { schedules } = configuration;
    this.deadLetters = new DeadLetterQueue(this, "DeadLetters");
    this.publishAges = this.#ages(props);
    const add = (purpose: string, description: string, expression: string, targetArn: string): void => {
      const { deadLetters } = this;
      const { timeZone } = schedules;
      new CheckSchedule(this, purpose, {
        names,
        purpose,
        description,
        expression,
        timeZone,
        targetArn,
        deadLetters,
      });
    };
    add("publish-ages", "Publishes the ages of proofs", AGES_EXPRESSION, this.publishAges.functionArn);
    this.scheduled = CHECK_MACHINES.filter(
      (machine) => machines.includes(machine) && schedules[SCHEDULE_KEYS[machine]] !== "off",
    );
    for (const machine of this.scheduled)
      add(
        machine,
        `Starts ${names.checkMachine(machine)}`,
        schedules[SCHEDULE_KEYS[machine]],
        names.arn("states", `stateMachine:${names.checkMachine(machine)}`),
      );
  }

  #ages({ names, configuration, encryption, stores }: SchedulesProps): HandlerFunction {
    const machines = [names.stateMachine, ...CHECK_MACHINES.map((machine) => names.checkMachine(machine))];
    const elsewhere = rehearsedElsewhere(configuration);
    return new HandlerFunction(this, "publish-ages-function", {
      names,
      handler: "publish-ages",
      description: "Publishes how old each proof is, for alarms that miss it when it stops",
      timeout: Duration.seconds(60),
      environment: {
        STRATA_ENVIRONMENT: names.environment,
        STRATA_TABLE: stores.table.tableName,
        STRATA_MACHINE_PREFIX: names.arn("states", `stateMachine:${names.environment}-`),
        ...(elsewhere === undefined ? {} : { STRATA_REHEARSED_ELSEWHERE: elsewhere }),
      },
      grants: [
        {
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
          resources: [stores.table.tableArn],
        },
        { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryption.data.keyArn] },
        {
          actions: ["states:ListExecutions"],
          resources: [
            ...machines.map((machine) => names.arn("states", `stateMachine:${machine}`)),
            ...(elsewhere === undefined ? [] : [elsewhere]),
          ],
        },
      ],
      logKey: encryption.data,
    });
  }
}

/** The machine that rehearses the loss of this region; in its own region it depends on nothing of this one. */
function rehearsedElsewhere({ recovery: { region } }: Configuration): string | undefined {
  if (!region) return undefined;
  const machine = namesOf(region.environment).checkMachine("rehearse-recovery");
  return `arn:${Aws.PARTITION}:states:${region.region}:${Aws.ACCOUNT_ID}:stateMachine:${machine}`;
}
