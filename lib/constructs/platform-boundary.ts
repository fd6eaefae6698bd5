import { Effect, ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Encryption } from "./encryption.ts";
import { acknowledgeWildcards, type Grant, statementOf } from "./grants.ts";
import type { Names } from "./names.ts";
import type { Stores } from "./stores.ts";

export interface PlatformBoundaryProps {
  readonly names: Names;
  readonly stores: Stores;
  readonly encryption: Encryption;
}

/**
 * What a role made by Terraform may do at most, whatever policies it carries: what a cluster and the software
 * in it need, never IAM, and nothing of the control plane's.
 */
export class PlatformBoundary extends ManagedPolicy {
  constructor(scope: Construct, id: string, props: PlatformBoundaryProps) {
    const { names, stores, encryption } = props;
    super(scope, id, {
      managedPolicyName: names.boundary,
      description: "The most that a role of this environment's platform may do",
      statements: [
        statementOf(CEILING),
        new PolicyStatement({
          sid: "ControlPlaneIsOutOfReach",
          effect: Effect.DENY,
          actions: ["s3:*", "dynamodb:*", "kms:*"],
          resources: [
            ...[stores.state, stores.artefacts].flatMap(({ bucketArn }) => [bucketArn, `${bucketArn}/*`]),
            stores.table.tableArn,
            encryption.data.keyArn,
            encryption.plans.keyArn,
            ...(encryption.evidence ? [encryption.evidence.keyArn] : []),
          ],
        }),
        new PolicyStatement({
          sid: "NoOtherRoles",
          effect: Effect.DENY,
          actions: ["sts:AssumeRole"],
          resources: [names.globalArn("iam", `role/${names.role("*")}`)],
        }),
      ],
    });
    acknowledgeWildcards(this, [CEILING]);
  }
}

const CEILING: Grant = {
  actions: [
    "autoscaling:*",
    "backup:*",
    "backup-storage:*",
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "cloudtrail:List*",
    "cloudwatch:*",
    "ec2:*",
    "ec2messages:*",
    "ecr:*",
    "eks:*",
    "eks-auth:*",
    "elasticloadbalancing:*",
    "guardduty:Get*",
    "guardduty:List*",
    "iam:CreateServiceLinkedRole",
    "iam:GenerateCredentialReport",
    "iam:Get*",
    "iam:List*",
    "kms:*",
    "logs:*",
    "rds:*",
    "route53:*",
    "s3:*",
    "ssm:*",
    "ssmmessages:*",
    "sts:*",
    "tag:GetResources",
  ],
  resources: ["*"],
  because:
    "A ceiling grants nothing: a role has what both its policies and this allow. It names the services of the cluster, its controllers, its backups and its audits, and leaves out IAM's writes.",
};
