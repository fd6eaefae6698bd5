import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { ManagedPolicy } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ROUTES, type Route } from "../api/routes.ts";
import { CHECK_MACHINES } from "../run/proof.ts";
import type { Encryption } from "./encryption.ts";
import { acknowledgeWildcards, type Grant, statementOf } from "./grants.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Names } from "./names.ts";
import type { Stores } from "./stores.ts";

export interface ApiProps {
  readonly names: Names;
  readonly encryption: Encryption;
  readonly stores: Stores;
  readonly selfApproval: boolean;
}

/** People and their scripts, not traffic: 10 requests a second, 20 at once. */
const RATE_LIMIT = 10;
const BURST_LIMIT = 20;

/** Who gets which routes, besides the one that describes the API. */
const AUDIENCES: Readonly<Record<string, { description: string; may: (route: Route) => boolean }>> = {
  reader: { description: "See runs, drift and proofs", may: ({ changes }) => !changes },
  operator: {
    description: "Start and cancel runs, start checks; approve nothing",
    may: ({ operationId }) => operationId !== "decideApproval",
  },
  approver: {
    description: "See everything; approve and reject plans",
    may: ({ changes, operationId }) => !changes || operationId === "decideApproval",
  },
};

/**
 * The HTTP API: every route signed (IAM), one function behind them. Three managed policies to attach to people's
 * roles; nobody is given them here.
 */
export class Api extends Construct {
  readonly fn: HandlerFunction;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { names } = props;
    this.fn = this.#function(props);
    const api = new HttpApi(this, "Http", {
      apiName: names.handler("api"),
      description: `Strata of the environment ${names.environment}`,
      createDefaultStage: false,
    });
    const integration = new HttpLambdaIntegration("Function", this.fn);
    for (const { method, path } of Object.values(ROUTES) as Route[])
      api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        authorizer: new HttpIamAuthorizer(),
      });
    new HttpStage(this, "Stage", {
      httpApi: api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: RATE_LIMIT, burstLimit: BURST_LIMIT },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.#accessLogs(props)),
        format: AccessLogFormat.custom(
          JSON.stringify({
            at: "$context.requestTime",
            caller: "$context.identity.userArn",
            route: "$context.routeKey",
            status: "$context.status",
            requestId: "$context.requestId",
          }),
        ),
      },
    });
    this.url = api.apiEndpoint;
    for (const [audience, { description, may }] of Object.entries(AUDIENCES))
      this.#policy(names, audience, description, api, may);
    new CfnOutput(Stack.of(this), "ApiUrl", { value: this.url });
  }

  #function({ names, encryption, stores, selfApproval }: ApiProps): HandlerFunction {
    return new HandlerFunction(this, "api", {
      names,
      handler: "api",
      description: "Answers the HTTP API",
      // API Gateway gives up after 30 s; the function is to say so itself.
      timeout: Duration.seconds(25),
      environment: {
        STRATA_ENVIRONMENT: names.environment,
        STRATA_TABLE: stores.table.tableName,
        STRATA_MACHINE_PREFIX: names.arn("states", `stateMachine:${names.environment}-`),
        STRATA_SELF_APPROVAL: selfApproval ? "allowed" : "refused",
      },
      grants: apiGrants(names, stores, encryption),
      logKey: encryption.data,
    });
  }

  #accessLogs({ names, encryption }: ApiProps): LogGroup {
    return new LogGroup(this, "AccessLogs", {
      logGroupName: `/aws/vendedlogs/apigateway/${names.role("api")}`,
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: encryption.data,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #policy(
    names: Names,
    audience: string,
    description: string,
    api: HttpApi,
    may: (route: Route) => boolean,
  ): void {
    const routes = (Object.values(ROUTES) as Route[]).filter(may);
    const invoke: Grant = {
      actions: ["execute-api:Invoke"],
      resources: routes.map(({ method, path }) =>
        names.arn("execute-api", `${api.apiId}/$default/${method}${path.replaceAll(/\{\w+\}/g, "*")}`),
      ),
      because: "A star stands for the id of a run or the name of a layer in a route's path.",
    };
    const policy = new ManagedPolicy(this, `${audience}Policy`, {
      managedPolicyName: names.role(`api-${audience}`),
      description: `${names.environment}: ${description}`,
      statements: [statementOf(invoke)],
    });
    acknowledgeWildcards(policy, [invoke]);
  }
}

function apiGrants(names: Names, stores: Stores, encryption: Encryption): Grant[] {
  const machines = ["pipeline", "prove", "drift", "verify-backup"];
  const ours = ["pipeline", ...CHECK_MACHINES];
  return [
    {
      actions: ["states:StartExecution"],
      resources: machines.map((each) => names.arn("states", `stateMachine:${names.environment}-${each}`)),
    },
    {
      actions: ["states:ListExecutions"],
      resources: [names.arn("states", `stateMachine:${names.stateMachine}`)],
    },
    {
      actions: ["states:DescribeExecution"],
      resources: ours.map((each) => names.arn("states", `execution:${names.environment}-${each}:*`)),
      because: "Executions of these machines; their names are given by whoever starts them.",
    },
    {
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure"],
      resources: [names.arn("states", `stateMachine:${names.stateMachine}`)],
    },
    {
      actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      resources: [stores.table.tableArn],
    },
    { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [encryption.data.keyArn] },
    {
      actions: ["cloudtrail:LookupEvents"],
      resources: ["*"],
      because: "CloudTrail's event history knows no resources; who started a run is asked of it.",
    },
  ];
}
