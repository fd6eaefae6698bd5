import type { Attributes } from "../../../contract.ts";
import { text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { dropPolicy, LIMITS, parsePolicy, setPolicy } from "./policy-records.ts";
import { IAM, requireRole, roles } from "./roles.ts";

/** Key of an inline policy among a role's policies, where attached ones stand under their ARN. */
const inline = (values: Attributes): string => text(values, "name");

export const rolePolicy: AwsTypeSpec = {
  ...IAM,
  type: "aws_iam_role_policy",
  title: "IAM Role Policy",
  calls: {
    create: "PutRolePolicy",
    read: "GetRolePolicy",
    update: "PutRolePolicy",
    delete: "DeleteRolePolicy",
  },
  forcesReplacement: ["name", "name_prefix", "role"],
  policies: ["policy"],
  identify: (planned, { mint }) => {
    const name = text(planned, "name") || `${text(planned, "name_prefix") || "terraform-"}${mint.hex(26)}`;
    return `${text(planned, "role")}:${name}`;
  },
  arn: (values, context) => `arn:aws:iam::${context.aws.accountId}:role/${text(values, "role")}`,
  computed: (values) => ({
    name: text(values, "id").split(":")[1] ?? "",
    name_prefix: text(values, "name_prefix"),
  }),
  refuseCreate: (values, context) => {
    requireRole(context.world, text(values, "role"));
    parsePolicy(values, LIMITS.inline);
  },
  refuseUpdate: (values) => {
    parsePolicy(values, LIMITS.inline);
  },
  created: (values, { context }) =>
    setPolicy(context.world, text(values, "role"), inline(values), parsePolicy(values, LIMITS.inline)),
  updated: (values, _, { context }) => {
    setPolicy(context.world, text(values, "role"), inline(values), parsePolicy(values, LIMITS.inline));
    return undefined;
  },
  deleted: (values, context) => dropPolicy(context.world, text(values, "role"), inline(values)),
  observe: (values, context) => {
    const document = roles(context.world).get(text(values, "role"))?.policies[inline(values)];
    return document === undefined ? null : { policy: JSON.stringify(document) };
  },
};
