import { Aws } from "aws-cdk-lib";
import type { Names } from "../names.ts";
import { LIST_CALLS, type Scope } from "./scope.ts";

/** Services to which roles made by Terraform are passed: the cluster, its nodes, flow logs, pods, copies of buckets, backups. */
const PASSED_TO = [
  "eks.amazonaws.com",
  "ec2.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
  "pods.eks.amazonaws.com",
  "s3.amazonaws.com",
  "backup.amazonaws.com",
];

/** Roles of the platform, always below the boundary. */
export function iamScopes(names: Names, boundaryArn: string): readonly Scope[] {
  const env = names.environment;
  const roles = [names.globalArn("iam", `role/${env}-*`)];
  return [
    {
      actions:
        /:(CreateRole|PutRolePermissionsBoundary|PutRolePolicy|AttachRolePolicy|DetachRolePolicy|DeleteRolePolicy|UpdateAssumeRolePolicy)$/,
      resources: roles,
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn } },
      because: "Roles of this environment, and only with the permissions boundary on.",
    },
    {
      actions: /:PassRole$/,
      resources: roles,
      conditions: { StringEquals: { "iam:PassedToService": PASSED_TO } },
      because: "Roles of this environment, to the services that the platform gives them to.",
    },
    {
      actions: /:CreateServiceLinkedRole$/,
      resources: [names.globalArn("iam", "role/aws-service-role/*")],
      because: "AWS's own linked roles, whose rights AWS defines; they are made once in an account.",
    },
    {
      actions: /:(List(Roles|Policies|OpenIDConnectProviders|InstanceProfiles)|GetAccountSummary)$/,
      resources: ["*"],
      because: LIST_CALLS,
    },
    {
      actions: /OpenIDConnectProvider/,
      resources: [names.globalArn("iam", `oidc-provider/oidc.eks.${Aws.REGION}.${Aws.URL_SUFFIX}/*`)],
      because: "The cluster's issuer, whose address ends with an id that EKS gives it.",
    },
    {
      actions: /:(\w*Polic(y|ies)\w*)$/,
      resources: [...roles, names.globalArn("iam", `policy/${env}-*`)],
      because: "Roles and policies of this environment; the boundary itself is denied.",
    },
    {
      actions: /./,
      resources: [...roles, names.globalArn("iam", `instance-profile/${env}-*`)],
      because: "Roles and instance profiles of this environment.",
    },
  ];
}
