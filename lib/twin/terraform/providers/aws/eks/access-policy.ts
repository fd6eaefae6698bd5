import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes } from "../../../contract.ts";
import { arnIn, block, isoTime, text, texts } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { entries, keyOf, refuseMode } from "./access-entry.ts";
import { EKS } from "./cluster-record.ts";

/** AWS's policies for access entries: EKS user guide, access policy permissions. */
const ACCESS_POLICIES = [
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSAutoNodePolicy",
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSSecretReaderPolicy",
  "AmazonEKSViewPolicy",
];

const isAccessPolicy = (arn: string): boolean => {
  const prefix = "arn:aws:eks::aws:cluster-access-policy/";
  return arn.startsWith(prefix) && ACCESS_POLICIES.includes(arn.slice(prefix.length));
};

const isPolicy =
  (values: Attributes) =>
  ({ policyArn }: { policyArn: string }): boolean =>
    policyArn === text(values, "policy_arn");

export const accessPolicyAssociation: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_access_policy_association",
  title: "EKS Access Policy Association",
  calls: {
    create: "AssociateAccessPolicy",
    read: "ListAssociatedAccessPolicies",
    update: "AssociateAccessPolicy",
    delete: "DisassociateAccessPolicy",
  },
  forcesReplacement: ["cluster_name", "policy_arn", "principal_arn", "access_scope"],
  label: (values) =>
    `${text(values, "cluster_name")}#${text(values, "principal_arn")}#${text(values, "policy_arn")}`,
  identify: (planned) =>
    `${text(planned, "cluster_name")}#${text(planned, "principal_arn")}#${text(planned, "policy_arn")}`,
  arn: (values, context) => arnIn(context, "eks", `cluster/${text(values, "cluster_name")}`),
  computed: (_, { context }) => ({ associated_at: isoTime(context), modified_at: isoTime(context) }),
  refuseCreate: (values, context) => {
    refuseMode(values, context);
    if (!entries(context.world).has(keyOf(values)))
      throw new AwsError(
        "ResourceNotFoundException",
        `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
        404,
      );
    if (!isAccessPolicy(text(values, "policy_arn")))
      throw new AwsError("InvalidParameterException", "The policyArn parameter format is not valid");
  },
  created: (values, { context }) => {
    const scope = block(values, "access_scope");
    const type = text(scope, "type") === "namespace" ? "namespace" : "cluster";
    entries(context.world).update(keyOf(values), (record) => ({
      ...record,
      policies: [
        ...record.policies.filter((policy) => !isPolicy(values)(policy)),
        {
          policyArn: text(values, "policy_arn"),
          scope: { type, namespaces: texts(scope, "namespaces").sort() },
        },
      ],
    }));
  },
  deleted: (values, context) => {
    if (!entries(context.world).has(keyOf(values))) return;
    entries(context.world).update(keyOf(values), (record) => ({
      ...record,
      policies: record.policies.filter((policy) => !isPolicy(values)(policy)),
    }));
  },
  observe: (values, context) => {
    const found = entries(context.world).get(keyOf(values))?.policies.find(isPolicy(values));
    if (!found) return null;
    const namespaces = found.scope.namespaces.length > 0 ? found.scope.namespaces : null;
    return { access_scope: [{ type: found.scope.type, namespaces }] };
  },
};
