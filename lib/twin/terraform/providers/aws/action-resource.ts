import type { Attributes, ProviderContext } from "../../contract.ts";
import { arnIn, blocks, text } from "./attributes.ts";

/** Attributes that hold the role that the service is told to use; `iam:PassRole` is about that role. */
const PASSED_ROLES = ["role_arn", "node_role_arn", "iam_role_arn", "service_account_role_arn"];
/** Types whose `role` is one, by ARN. */
const PASS_ROLE = ["aws_s3_bucket_replication_configuration"];
const KEYS = ["kms_key_id", "kms_key_arn", "kms_master_key_id", "key_arn", "key_id"];

const firstOf = (values: Attributes, names: readonly string[]): string =>
  names.map((name) => text(values, name)).find((value) => value !== "") ?? "";

const keyOf = (values: Attributes): string => {
  const nested = blocks(values, "encryption_config").flatMap((config) => blocks(config, "provider"));
  return [values, ...nested].map((place) => firstOf(place, KEYS)).find((value) => value !== "") ?? "";
};

interface AskedAction {
  readonly action: string;
  /** Of the Terraform resource. */
  readonly type: string;
  /** The resource's own ARN, "*" where it has none yet. */
  readonly own: string;
  readonly values: Attributes;
}

/** IAM's view of an action that a type's handlers call in IAM; undefined: the call is not made. */
function iamResource(
  { action, type, own, values }: AskedAction,
  context: ProviderContext,
): string | undefined {
  const global = (resource: string): string => `arn:aws:iam::${context.aws.accountId}:${resource}`;
  if (action === "iam:CreateServiceLinkedRole") return global("role/aws-service-role/*");
  if (action.includes("OpenIDConnectProvider"))
    return global(`oidc-provider/${text(values, "url").replace(/^https:\/\//, "") || "*"}`);
  if (action === "iam:PassRole" || !type.startsWith("aws_iam_"))
    return firstOf(values, PASS_ROLE.includes(type) ? ["role"] : PASSED_ROLES) || undefined;
  return own;
}

/**
 * The resource that an action is about; undefined: the call is not made for these values.
 * @see Service Authorization Reference: reading EC2 calls know no resource, the others do
 */
export function actionResource(asked: AskedAction, context: ProviderContext): string | undefined {
  const { action, type, own, values } = asked;
  const service = action.slice(0, action.indexOf(":"));
  if (service === "iam") return iamResource(asked, context);
  if (service === "kms" && !type.startsWith("aws_kms_")) return keyOf(values) || undefined;
  // Where logs or flows may go to a bucket, the bucket's policy is touched; ours go to CloudWatch.
  if (service === "s3" && !type.startsWith("aws_s3_")) return undefined;
  // A firewall is put before a load balancer: that one is asked, too.
  if (action === "elasticloadbalancing:SetWebACL") return text(values, "resource_arn") || undefined;
  if (action === "route53:GetChange") return "arn:aws:route53:::change/*";
  if (action === "route53:DeleteQueryLoggingConfig") return "arn:aws:route53:::queryloggingconfig/*";
  if (own.split(":")[2] === service.toLowerCase()) return own;
  const reads = /:(Describe|Get|List|Search)/.test(action);
  return service === "ec2" && !reads
    ? arnIn(context, "ec2", `${type.replace(/^aws_/, "").replaceAll("_", "-")}/*`)
    : "*";
}
