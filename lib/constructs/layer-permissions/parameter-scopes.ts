import { Aws } from "aws-cdk-lib";
import type { Names } from "../names.ts";
import { LIST_CALLS, type Scopes } from "./scope.ts";

/** Values that the platform reads by name. */
export function parameterScopes(names: Names): Scopes {
  const env = names.environment;
  const any = ["*"];
  return {
    ssm: [
      { actions: /:DescribeParameters$/, resources: any, because: LIST_CALLS },
      {
        actions: /:(GetParameter|GetParameters)$/,
        resources: [
          names.arn("ssm", `parameter/${env}/*`),
          `arn:${Aws.PARTITION}:ssm:${Aws.REGION}::parameter/aws/service/*`,
        ],
        because: "This environment's parameters, and AWS's public ones (machine images).",
      },
      {
        actions: /./,
        resources: [names.arn("ssm", `parameter/${env}/*`)],
        because: "This environment's parameters.",
      },
    ],
    secretsmanager: [
      {
        actions: /./,
        resources: [names.arn("secretsmanager", `secret:${env}/*`)],
        because: "This environment's secrets; ARNs end with six random characters.",
      },
    ],
  };
}
