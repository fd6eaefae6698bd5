import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, QueryLanguage, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Catalogue } from "../catalogue/define-layers.ts";
import { ControlPlaneRole } from "./control-plane-role.ts";
import { acknowledgeWildcards, type Grant, grant } from "./grants.ts";
import type { HandlerFunction } from "./handler-function.ts";
import type { LayerProjects } from "./layer-projects.ts";
import type { Names } from "./names.ts";
import { PipelineDefinition } from "./pipeline-definition.ts";
import type { RunFunctions } from "./run-functions.ts";
import { runLimitMinutes } from "./run-time-limit.ts";
import type { ValidatorFunctions } from "./validator-functions.ts";

export interface PipelineProps {
  readonly names: Names;
  readonly catalogue: Catalogue;
  readonly runFunctions: RunFunctions;
  readonly validators: ValidatorFunctions;
  readonly projects: LayerProjects;
  readonly logKey: IKey;
}

/** The state machine that runs everything, and the role in whose name it does. */
export class Pipeline extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id);
    const { names, catalogue, runFunctions, validators } = props;
    const role = new ControlPlaneRole(this, "Role", {
      names,
      purpose: "pipeline",
      service: "states.amazonaws.com",
      description: "Calls the run's functions and starts the layers' builds; it can stop none of them",
    });
    const definition = new PipelineDefinition(this, "Definition", {
      catalogue,
      functions: {
        prepareRun: runFunctions.prepareRun.currentVersion.functionArn,
        reviewPlan: runFunctions.reviewPlan.currentVersion.functionArn,
        requestApproval: runFunctions.requestApproval.currentVersion.functionArn,
        recordLayer: runFunctions.recordLayer.currentVersion.functionArn,
        finishRun: runFunctions.finishRun.currentVersion.functionArn,
        failRun: runFunctions.failRun.currentVersion.functionArn,
        validatorFor: (kind) => validators.forKind(kind).currentVersion.functionArn,
      },
      planProjectOf: (layer) => names.planProject(layer),
      applyProjectOf: (layer) => names.applyProject(layer),
    });
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineName: names.stateMachine,
      definitionBody: DefinitionBody.fromChainable(definition.startState),
      queryLanguage: QueryLanguage.JSONATA,
      role,
      timeout: Duration.minutes(runLimitMinutes(catalogue)),
      tracingEnabled: true,
      logs: {
        // Outside `/aws/*/<env>…`, which layers may manage.
        destination: new LogGroup(this, "Logs", {
          logGroupName: `/aws/vendedlogs/states/${names.role("pipeline")}`,
          retention: RetentionDays.THREE_MONTHS,
          encryptionKey: props.logKey,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        // Every transition, but no payload: those stay in the execution's history, where fewer people read.
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
      comment: "Plans, reviews, applies and proves the platform's layers in the order of their dependencies",
    });
    const functions = [
      runFunctions.prepareRun,
      runFunctions.reviewPlan,
      runFunctions.requestApproval,
      runFunctions.recordLayer,
      runFunctions.finishRun,
      runFunctions.failRun,
      ...validators.all,
    ];
    grant(role, ...pipelineGrants(names, functions, props.projects));
    acknowledgeWildcards(role, UNASKED);
  }
}

/** Rights that CDK itself adds for tracing and log delivery. */
const UNASKED: readonly Grant[] = [
  {
    actions: [],
    resources: ["*"],
    because: "Log deliveries and X-Ray's write calls know no resources.",
  },
];

function pipelineGrants(
  names: Names,
  functions: readonly HandlerFunction[],
  projects: LayerProjects,
): Grant[] {
  return [
    {
      actions: ["lambda:InvokeFunction"],
      resources: functions.map((fn) => `${fn.functionArn}:*`),
      because:
        "Every published version: after a deployment in the middle of a run the machine goes on calling the versions that it began with.",
    },
    // No codebuild:StopBuild: a stopped or failed execution leaves an apply to end by itself.
    { actions: ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], resources: projects.arns },
    {
      // How Step Functions learns of a build's end.
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [names.arn("events", "rule/StepFunctionsGetEventForCodeBuildStartBuildRule")],
    },
  ];
}
