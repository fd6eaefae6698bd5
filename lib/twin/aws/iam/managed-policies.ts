import type { Json } from "../../world/world.ts";

const allow = (actions: string[]): Json => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
});

const LOG_WRITES = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

/** AWS's own policies that CDK attaches unasked. @see AWS managed policy reference guide, by name */
const DOCUMENTS: Readonly<Record<string, Json>> = {
  "service-role/AWSLambdaBasicExecutionRole": allow(LOG_WRITES),
  "service-role/AWSLambdaVPCAccessExecutionRole": allow([
    ...LOG_WRITES,
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ]),
  AWSXRayDaemonWriteAccess: allow([
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ]),
};

/** @throws for a policy whose text is not known: an empty one would refuse, a wide one would hide mistakes */
export function awsManagedPolicy(arn: string): Json {
  const document = DOCUMENTS[arn.replace("arn:aws:iam::aws:policy/", "")];
  if (document === undefined) throw new Error(`the managed policy ${arn} is not modelled`);
  return document;
}
