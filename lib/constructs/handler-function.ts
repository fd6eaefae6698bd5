import { type Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { bundleHandler } from "./bundle.ts";
import { ControlPlaneRole } from "./control-plane-role.ts";
import { type Grant, grant } from "./grants.ts";
import type { Names } from "./names.ts";

/** Half a gigabyte: a quarter of a processor, with which a bundle of one SDK client starts in under 0.4 s. */
const MEMORY_MEGABYTES = 512;

export interface HandlerFunctionProps {
  readonly names: Names;
  /** Directory below `lambdas/`; ends the function's name. */
  readonly handler: string;
  readonly description: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  readonly logKey: IKey;
  /** Where it must stand to reach what it asks; left out, outside of any VPC. */
  readonly network?: { readonly vpc: IVpc; readonly securityGroup: ISecurityGroup };
}

const WITHIN_VPC: Grant = {
  actions: [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
  resources: ["*"],
  because:
    "Lambda attaches its function to the VPC under the function's own role; AWS offers no resource to scope these calls to, as the interfaces don't exist yet.",
};

const TRACES: Grant = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"],
  because: "X-Ray's write calls know no resources.",
};

/** One handler as a function: bundled here, its own role, its logs kept for a month, traced. */
export class HandlerFunction extends LambdaFunction {
  readonly roleName: string;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      encryptionKey: props.logKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new ControlPlaneRole(scope, `${id}Role`, {
      names: props.names,
      purpose: props.handler,
      service: "lambda.amazonaws.com",
      description: props.description,
    });
    super(scope, id, {
      functionName: props.names.handler(props.handler),
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MEGABYTES,
      timeout: props.timeout,
      code: Code.fromAsset(bundleHandler(props.handler)),
      handler: "index.handler",
      environment: { ...props.environment },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // Runs under way go on calling the version that they began with.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(props.network ? { vpc: props.network.vpc, securityGroups: [props.network.securityGroup] } : {}),
    });
    this.roleName = props.names.role(props.handler);
    grant(
      role,
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: [logGroup.logGroupArn],
        because: "The streams of its own log group, which Lambda names when it starts the function.",
      },
      TRACES,
      ...(props.network ? [WITHIN_VPC] : []),
      ...props.grants,
    );
    Validations.of(this).acknowledge({
      id: "AwsSolutions-L1",
      reason: "nodejs24.x is the newest runtime of Lambda; the check's list may be older than that.",
    });
  }
}
