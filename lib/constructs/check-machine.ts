import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from "aws-cdk-lib/aws-stepfunctions";
import { Construct, type IConstruct } from "constructs";
import { CHECK_MACHINES, type CheckMachine } from "../run/proof.ts";
import { ControlPlaneRole } from "./control-plane-role.ts";
import { acknowledgeWildcards, type Grant, grant } from "./grants.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";

export interface CheckMachineProps {
  readonly names: Names;
  /** Ends the machine's name. */
  readonly machine: CheckMachine;
  readonly comment: string;
  readonly definition: IChainable;
  /** Functions that the definition calls, by published version. */
  readonly functions: readonly HandlerFunction[];
  /** What else the definition does. */
  readonly grants?: readonly Grant[];
  /** Ends what no state's own limit ended. */
  readonly timeoutMinutes: number;
  readonly logKey: IKey;
}

const CALLS_VERSIONS =
  "Every published version: after a deployment in the middle of an execution the machine goes on calling the versions that it began with.";

/**
 * A machine beside the pipeline: Standard, JSONata, its own role, every transition logged and no payload. The
 * function that records the proof is its last task; what ends without one is closed by `close-check`.
 */
export class CheckStateMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly machine: CheckMachine;

  constructor(scope: Construct, id: string, props: CheckMachineProps) {
    super(scope, id);
    const { names, machine, functions } = props;
    this.machine = machine;
    const role = new ControlPlaneRole(this, "Role", {
      names,
      purpose: machine,
      service: "states.amazonaws.com",
      description: props.comment,
    });
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineName: names.checkMachine(machine),
      definitionBody: DefinitionBody.fromChainable(props.definition),
      queryLanguage: QueryLanguage.JSONATA,
      role,
      timeout: Duration.minutes(props.timeoutMinutes),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, "Logs", {
          logGroupName: `/aws/vendedlogs/states/${names.role(machine)}`,
          retention: RetentionDays.THREE_MONTHS,
          encryptionKey: props.logKey,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
      comment: props.comment,
    });
    grant(
      role,
      {
        actions: ["lambda:InvokeFunction"],
        resources: functions.map((fn) => `${fn.functionArn}:*`),
        because: CALLS_VERSIONS,
      },
      ...(props.grants ?? []),
    );
    acknowledgeWildcards(role, [
      { actions: [], resources: ["*"], because: "Log deliveries and X-Ray's write calls know no resources." },
    ]);
  }
}

/** The machines beside the pipeline that stand below this construct, in the order in which they were made. */
export const checkMachinesOf = (scope: IConstruct): CheckMachine[] =>
  scope.node
    .findAll()
    .filter((each) => each instanceof CheckStateMachine)
    .map(({ machine }) => machine);

/** ARNs of all machines beside the pipeline, whether this template makes them or not. */
export const checkMachineArns = (names: Names): string[] =>
  CHECK_MACHINES.map((machine) => names.arn("states", `stateMachine:${names.checkMachine(machine)}`));
