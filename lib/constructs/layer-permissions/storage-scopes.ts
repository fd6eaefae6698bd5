import { Aws } from "aws-cdk-lib";
import type { Names } from "../names.ts";
import { LIST_CALLS, type Scopes } from "./scope.ts";

/** Where data, keys, logs and names are kept. */
export function storageScopes(names: Names): Scopes {
  const env = names.environment;
  const any = ["*"];
  return {
    kms: [
      {
        actions: /:(CreateKey|ListAliases|ListKeys)$/,
        resources: any,
        because: "A key has no ARN before it is made.",
      },
      {
        actions: /./,
        resources: ["key/*", `alias/${env}-*`].map(
          (each) => `arn:${Aws.PARTITION}:kms:*:${Aws.ACCOUNT_ID}:${each}`,
        ),
        because:
          "A key's ARN ends with an id, and the copy of the backups has its key in a region of the operator's choice. A condition on tags would not do: KMS may take five minutes until a new key's tags count. The control plane's own keys are denied instead.",
      },
    ],
    s3: [
      {
        actions: /:(ListAllMyBuckets)$/,
        resources: any,
        because: LIST_CALLS,
      },
      {
        actions: /:(Abort|Get|Put|Delete|List|Restore)(MultipartUpload|Object)/,
        resources: [`arn:${Aws.PARTITION}:s3:::${env}-platform-*/*`],
        because:
          "Objects of buckets that the platform's layers make; their names end with account and region.",
      },
      {
        actions: /./,
        resources: [`arn:${Aws.PARTITION}:s3:::${env}-*`],
        because: "Buckets of this environment; the control plane's own two are denied.",
      },
    ],
    route53: [
      {
        actions: /:(GetHealthCheck|UpdateHealthCheck|DeleteHealthCheck)$/,
        resources: [`arn:${Aws.PARTITION}:route53:::healthcheck/*`],
        because: "A health check's ARN ends with an id that is given when it is made.",
      },
      {
        actions: /:(ListTagsForResource|ChangeTagsForResource)$/,
        resources: ["hostedzone", "healthcheck"].map((type) => `arn:${Aws.PARTITION}:route53:::${type}/*`),
        because: "Zones and health checks get their ids when they are made.",
      },
      {
        actions:
          /:(GetHostedZone|ListResourceRecordSets|ChangeResourceRecordSets|DeleteHostedZone|UpdateHostedZoneComment|UpdateHostedZoneFeatures|GetDNSSEC|AssociateVPCWithHostedZone|DisassociateVPCFromHostedZone|CreateQueryLoggingConfig)$/,
        resources: [`arn:${Aws.PARTITION}:route53:::hostedzone/*`],
        because: "A zone's ARN ends with an id that is given when it is made.",
      },
      {
        actions: /:(GetChange|DeleteQueryLoggingConfig)$/,
        resources: ["change", "queryloggingconfig"].map((type) => `arn:${Aws.PARTITION}:route53:::${type}/*`),
        because: "Changes and logging configurations of zones get their ids when they are made.",
      },
      {
        actions: /./,
        resources: any,
        because: "Creating and listing zones and health checks know no narrower resource.",
      },
    ],
    logs: [
      {
        actions:
          /:(Describe|CreateLogDelivery|DeleteLogDelivery|GetLogDelivery|ListLogDeliveries|UpdateLogDelivery|PutResourcePolicy|DeleteResourcePolicy)/,
        resources: any,
        because: "Log deliveries and describing know no resources.",
      },
      {
        actions: /./,
        resources: [
          names.arn("logs", `log-group:/aws/*/${env}*`),
          names.arn("logs", `log-group:/${env}/*`),
          // AWS WAF takes no other beginning.
          names.arn("logs", `log-group:aws-waf-logs-${env}*`),
        ],
        because: "Log groups of this environment; the ARN's tail names streams.",
      },
    ],
  };
}
