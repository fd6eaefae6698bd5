import type { PlannedRule, Platform } from "./platform.ts";
import { type Statement, statementsOf } from "./policies.ts";

/** Actions with a star that AWS documents as one permission, each with its reason. */
const STARRED: Readonly<Record<string, string>> = {
  "kms:GenerateDataKey*": "with and without plaintext, as AWS's own key policies name them",
  "kms:ReEncrypt*": "ReEncryptFrom and ReEncryptTo, the two halves of one call",
};

/** Without this statement nobody could ever administer the key again: KMS developer guide, default key policy. */
const administersKey = ({ resource, actions, principals }: Statement): boolean =>
  resource.type === "aws_kms_key" &&
  actions.join() === "kms:*" &&
  principals.length === 1 &&
  /^AWS:arn:[^:]+:iam::\d{12}:root$/.test(principals[0] ?? "");

const granting = (platform: Platform): Statement[] => statementsOf(platform).filter(({ allows }) => allows);

export const allowsNoWildcardAction: PlannedRule = (platform) =>
  granting(platform)
    .filter((statement) => !administersKey(statement))
    .flatMap(({ at, actions, negated }) => [
      ...actions
        .filter((action) => action.includes("*") && !(action in STARRED))
        .map((action) => `${at} allows ${action}`),
      ...(negated ? [`${at} allows all but what it names`] : []),
    ]);

/** Everybody of one account through one service: as in the keys that AWS manages itself. */
const isBoundToAccount = ({ conditions }: Statement): boolean =>
  /^\d{12}$/.test(String(conditions.StringEquals?.["kms:CallerAccount"])) &&
  conditions.StringEquals?.["kms:ViaService"] !== undefined;

export const trustsNoWildcardPrincipal: PlannedRule = (platform) =>
  granting(platform)
    .filter(({ principals }) => principals.some((name) => name.includes("*")))
    .filter((statement) => !(statement.resource.type === "aws_kms_key" && isBoundToAccount(statement)))
    .map(({ at, principals }) => `${at} trusts ${principals.join(", ")}`);

/** A policy of a resource speaks of that resource; the star there is no wider. */
const isOwnPolicy = ({ resource, attribute }: Statement): boolean =>
  resource.type === "aws_kms_key" || attribute === "assume_role_policy";

/** Actions for which AWS knows no resource: service authorization reference. */
const WITHOUT_RESOURCE: readonly RegExp[] = [
  /^(autoscaling|ec2|elasticloadbalancing):Describe/,
  /^ec2:GetInstanceTypesFromInstanceRequirements$/,
  /^cloudwatch:(PutMetricData|GetMetricData|ListMetrics)$/,
  /^logs:DescribeLogGroups$/,
  // Settings of an account and a region.
  /^ec2:Get(EbsEncryptionByDefault|InstanceMetadataDefaults|SnapshotBlockPublicAccessState)$/,
  /^ecr:GetRegistryScanningConfiguration$/,
  /^s3:GetAccountPublicAccessBlock$/,
  /^route53:(ListHostedZones|ListHostedZonesByName)$/,
  /^ssm:DescribeParameters$/,
  /^(ecr:GetAuthorizationToken|sts:GetCallerIdentity)$/,
];

/** Something about what is asked for, not about who asks or how. */
const limitsTheResource = ({ conditions }: Statement): boolean =>
  Object.values(conditions)
    .flatMap((test) => Object.keys(test))
    .some((key) => /ResourceTag|RequestTag|ResourceAccount|:CreateAction$|:Namespace$/i.test(key));

export const namesResources: PlannedRule = (platform) =>
  granting(platform)
    .filter((statement) => statement.resources.includes("*") && !isOwnPolicy(statement))
    .filter((statement) => !limitsTheResource(statement))
    .flatMap(({ at, actions }) =>
      actions
        .filter((action) => !WITHOUT_RESOURCE.some((pattern) => pattern.test(action)))
        .map((action) => `${at} allows ${action} on everything`),
    );

/** Region and account stand in the ARN wherever the service puts them there. */
export const namesAccountAndRegion: PlannedRule = (platform) =>
  granting(platform).flatMap(({ at, resources }) =>
    resources
      .filter((arn) => arn.startsWith("arn:"))
      .filter((arn) => arn.split(":").slice(3, 5).includes("*"))
      .map((arn) => `${at} reaches into any account or region: ${arn}`),
  );

const isWebIdentity = ({ actions }: Statement): boolean => actions.includes("sts:AssumeRoleWithWebIdentity");

const ending = (statement: Statement, end: string): unknown =>
  Object.entries(statement.conditions.StringEquals ?? {}).find(([key]) => key.endsWith(end))?.[1];

const isPodIdentity = ({ actions }: Statement): boolean => actions.includes("sts:TagSession");

/** EKS tags each session with whose it is; without the conditions any association could hand the role out. */
const trustsOnePod = (statement: Statement): string[] =>
  ["kubernetes-namespace", "kubernetes-service-account"]
    .filter((tag) => {
      const value = ending(statement, `aws:RequestTag/${tag}`);
      return typeof value !== "string" || !/^[a-z0-9-]+$/.test(value);
    })
    .map((tag) => `${statement.at} trusts pods of any ${tag}`);

/** Without both, any pod of the cluster, or a token meant for somebody else, takes the role. */
export const trustsOneServiceAccount: PlannedRule = (platform) => [
  ...granting(platform).filter(isPodIdentity).flatMap(trustsOnePod),
  ...granting(platform)
    .filter(isWebIdentity)
    .flatMap((statement) => [
      ...(/^system:serviceaccount:[a-z0-9-]+:[a-z0-9-]+$/.test(String(ending(statement, ":sub")))
        ? []
        : [`${statement.at} does not trust one service account`]),
      ...(ending(statement, ":aud") === "sts.amazonaws.com"
        ? []
        : [`${statement.at} takes tokens that are not for STS`]),
    ]),
];

/** By ARN of a role: the namespace and the name of the service account that it trusts. */
export const trustedAccounts = (platform: Platform): ReadonlyMap<string, readonly [string, string]> =>
  new Map(
    granting(platform)
      .filter(isWebIdentity)
      .map((statement) => {
        const [, , namespace = "", name = ""] = String(ending(statement, ":sub")).split(":");
        return [String(statement.resource.values.arn), [namespace, name]] as const;
      }),
  );
