import { Aws } from "aws-cdk-lib";
import type { Conditions } from "aws-cdk-lib/aws-iam";
import type { Names } from "../names.ts";

/** Where a group of actions of one service may be used, and why no narrower. The first that fits counts. */
export interface Scope {
  readonly actions: RegExp;
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  readonly because: string;
}

const LIST_CALLS = "Calls that list or describe know no resources.";

/** Services to which roles made by Terraform are passed: the cluster, its nodes, its flow logs, its pods. */
const PASSED_TO = [
  "eks.amazonaws.com",
  "ec2.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
  "pods.eks.amazonaws.com",
];

/**
 * Scopes of every service that a layer's Terraform may use. A service that is missing here fails the synth:
 * whoever adds a resource type says where its actions may be used.
 */
export function scopesOf(names: Names, boundaryArn: string): Readonly<Record<string, readonly Scope[]>> {
  const env = names.environment;
  const any = ["*"];
  return {
    ec2: [
      { actions: /:(Describe|Get|List|Search)/, resources: any, because: LIST_CALLS },
      {
        actions: /./,
        resources: [names.arn("ec2", "*/*"), `arn:${Aws.PARTITION}:ec2:${Aws.REGION}::image/*`],
        because:
          "Networks get their ids when they are made, and half of EC2's create calls take no tag that a condition could ask for; so: this account and region, and public images.",
      },
    ],
    eks: [
      {
        actions:
          /:(DescribeAddonVersions|DescribeAddonConfiguration|DescribeClusterVersions|List(Clusters|AccessPolicies))$/,
        resources: any,
        because: LIST_CALLS,
      },
      {
        actions: /./,
        resources: [
          names.arn("eks", `cluster/${names.cluster}`),
          ...["nodegroup", "addon", "access-entry", "podidentityassociation", "fargateprofile"].map((type) =>
            names.arn("eks", `${type}/${names.cluster}/*`),
          ),
        ],
        because: "Parts of this one cluster, whose ARNs AWS ends with an id.",
      },
    ],
    iam: iamScopes(names, boundaryArn),
    kms: [
      {
        actions: /:(CreateKey|ListAliases|ListKeys)$/,
        resources: any,
        because: "A key has no ARN before it is made.",
      },
      {
        actions: /./,
        resources: [names.arn("kms", "key/*"), names.arn("kms", `alias/${env}*`)],
        because:
          "A key's ARN ends with an id. A condition on tags would not do: KMS may take five minutes until a new key's tags count. The control plane's own keys are denied instead.",
      },
    ],
    route53: [
      {
        actions:
          /:(GetHostedZone|ListResourceRecordSets|ChangeResourceRecordSets|DeleteHostedZone|ListTagsForResource|ChangeTagsForResource|UpdateHostedZoneComment|UpdateHostedZoneFeatures|GetDNSSEC|AssociateVPCWithHostedZone|DisassociateVPCFromHostedZone|CreateQueryLoggingConfig)$/,
        resources: [`arn:${Aws.PARTITION}:route53:::hostedzone/*`],
        because: "A zone's ARN ends with an id that is given when it is made.",
      },
      {
        actions: /./,
        resources: any,
        because: "Creating and listing zones, and asking for a change by its id, know no narrower resource.",
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
    logs: [
      {
        actions:
          /:(Describe|CreateLogDelivery|DeleteLogDelivery|GetLogDelivery|ListLogDeliveries|UpdateLogDelivery|PutResourcePolicy)/,
        resources: any,
        because: "Log deliveries and describing know no resources.",
      },
      {
        actions: /./,
        resources: [names.arn("logs", `log-group:/aws/*/${env}*`), names.arn("logs", `log-group:/${env}/*`)],
        because: "Log groups of this environment; the ARN's tail names streams.",
      },
    ],
    elasticloadbalancing: [
      { actions: /:Describe/, resources: any, because: LIST_CALLS },
      {
        actions: /./,
        resources: [names.arn("elasticloadbalancing", `*/${env}-*`)],
        because: "Load balancers and target groups of this environment; ARNs end with ids.",
      },
    ],
    autoscaling: [
      { actions: /:Describe/, resources: any, because: LIST_CALLS },
      {
        actions: /./,
        resources: [names.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/eks-*")],
        because: "Groups that EKS makes for node groups: it names them `eks-<node group>-<uuid>`.",
      },
    ],
    secretsmanager: [
      {
        actions: /./,
        resources: [names.arn("secretsmanager", `secret:${env}/*`)],
        because: "This environment's secrets; ARNs end with six random characters.",
      },
    ],
    "vpc-lattice": unused("EC2's handlers ask for VPC Lattice; nothing here uses it."),
    organizations: unused("AWS's handlers look at the organisation; Terraform's provider does not."),
    cloudformation: unused("AWS's handlers run in CloudFormation; Terraform does not."),
    vpce: unused("Only an endpoint to another region needs it."),
    s3tables: unused("AWS's bucket handlers know table buckets; the platform has none."),
    firehose: unused("A flow log could go to Firehose; the platform's go to CloudWatch."),
  };
}

/** Actions that AWS's own handlers need and Terraform does not: granted nowhere. */
const unused = (because: string): readonly Scope[] => [{ actions: /./, resources: [], because }];

function iamScopes(names: Names, boundaryArn: string): readonly Scope[] {
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
