import type { Service } from "../service.ts";
import { cloudtrail } from "./cloudtrail.ts";
import { codebuild } from "./codebuild.ts";
import { dynamodb } from "./dynamodb.ts";
import { ec2 } from "./ec2.ts";
import { eks } from "./eks.ts";
import { elasticloadbalancing } from "./elasticloadbalancing.ts";
import { events } from "./events.ts";
import { httpApis } from "./http-apis.ts";
import { kms } from "./kms.ts";
import { lambda } from "./lambda.ts";
import { logEvents } from "./log-events.ts";
import { route53 } from "./route53.ts";
import { s3 } from "./s3.ts";
import { sns } from "./sns.ts";
import { ssm } from "./ssm.ts";
import { states } from "./states.ts";
import { sts } from "./sts.ts";
import { tagging } from "./tagging.ts";
import { logs, monitoring, xray } from "./telemetry.ts";

/** Every modelled service by its signing name, which is also the `service` of `Aws.call`. */
export const SERVICES: Readonly<Record<string, Service>> = {
  cloudtrail,
  codebuild,
  dynamodb,
  ec2,
  eks,
  elasticloadbalancing,
  events,
  "execute-api": httpApis,
  kms,
  lambda,
  logs: { ...logs, ...logEvents },
  monitoring,
  route53,
  s3,
  sns,
  ssm,
  states,
  sts,
  tagging,
  xray,
};
