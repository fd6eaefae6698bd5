import { Aws } from "aws-cdk-lib";
import type { Names } from "../names.ts";
import { LIST_CALLS, type Scopes } from "./scope.ts";

/** What visitors meet before a proxy of the cluster: certificates, firewall, alarms and who is told of them. */
export function edgeScopes(names: Names): Scopes {
  const env = names.environment;
  return {
    acm: [
      {
        actions: /:RequestCertificate$/,
        resources: ["*"],
        because: "A certificate has no ARN before it is asked for.",
      },
      {
        actions: /./,
        resources: [names.arn("acm", "certificate/*")],
        because: "A certificate's ARN is a random id, and its tags come after it.",
      },
    ],
    wafv2: [
      {
        actions: /./,
        resources: [
          names.arn("wafv2", `regional/webacl/${env}-*/*`),
          names.arn("wafv2", "regional/managedruleset/*/*"),
          names.arn("elasticloadbalancing", `loadbalancer/app/${env}-*/*`),
        ],
        because:
          "Firewalls of this environment, whose ARNs end with ids, the rule groups that AWS manages, and the load balancers that a firewall is put before.",
      },
    ],
    cloudwatch: [
      { actions: /:DescribeAlarms$/, resources: ["*"], because: LIST_CALLS },
      {
        actions: /./,
        resources: [`arn:${Aws.PARTITION}:cloudwatch:*:${Aws.ACCOUNT_ID}:alarm:${env}-*`],
        because:
          "Alarms of this environment, in its region and in us-east-1, where Route 53 counts its health checks.",
      },
    ],
    sns: [
      {
        actions: /./,
        resources: [`arn:${Aws.PARTITION}:sns:*:${Aws.ACCOUNT_ID}:${env}-*`],
        because:
          "Topics of this environment, in its region and in us-east-1 as its alarms; subscriptions end with ids.",
      },
    ],
  };
}
