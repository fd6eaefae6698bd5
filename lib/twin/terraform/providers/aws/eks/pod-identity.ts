import { arnIn, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { EKS, requireCluster } from "./cluster-record.ts";

export const podIdentityAssociation: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_pod_identity_association",
  title: "EKS Pod Identity Association",
  calls: {
    create: "CreatePodIdentityAssociation",
    read: "DescribePodIdentityAssociation",
    update: "UpdatePodIdentityAssociation",
    delete: "DeletePodIdentityAssociation",
  },
  forcesReplacement: ["cluster_name", "namespace", "service_account"],
  label: (values) => text(values, "id") || `${text(values, "namespace")}/${text(values, "service_account")}`,
  importId: (values) => `${text(values, "cluster_name")},${text(values, "association_id")}`,
  identify: (_, { mint }) => `a-${mint.hex(17)}`,
  arn: (values, context) =>
    arnIn(context, "eks", `podidentityassociation/${text(values, "cluster_name")}/${text(values, "id")}`),
  computed: (values, { context }) => ({
    association_arn: arnIn(
      context,
      "eks",
      `podidentityassociation/${text(values, "cluster_name")}/${text(values, "id")}`,
    ),
    association_id: values.id ?? null,
    disable_session_tags: values.disable_session_tags === true,
    external_id: null,
  }),
  refuseCreate: (values, context) => {
    requireCluster(context.world, text(values, "cluster_name"));
  },
};
