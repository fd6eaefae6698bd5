import type { Answers } from "./echo-providers.ts";
import type { Variables } from "./planned-layer.ts";

/** Variables of an environment that is never built, as the control plane would give them. */

export const ROLE = "arn:aws:iam::111122223333:role";

export const CONTROL_PLANE = {
  account_id: "111122223333",
  vpc_id: "vpc-control",
  vpc_cidr: "10.255.0.0/24",
  route_table_ids: ["rtb-one", "rtb-two"],
  nat_address: "198.51.100.7",
  security_group_ids: ["sg-runner"],
  permissions_boundary_arn: "arn:aws:iam::111122223333:policy/demo-platform-boundary",
  principals: { apply: [`${ROLE}/apply`], plan: [`${ROLE}/plan`], validate: [`${ROLE}/validate`] },
};

const SHARED = { environment: "demo", region: "eu-central-1" };
const UPSTREAM = { upstream: { bucket: "states", region: "eu-central-1" } };
const DOMAIN = { domain: "demo.example.com" };

/** By directory of the layer. */
export const VARIABLES: Readonly<Record<string, Variables>> = {
  foundation: { ...SHARED, ...DOMAIN, control_plane: CONTROL_PLANE },
  "platform/step02": { ...SHARED, ...UPSTREAM, ...DOMAIN, control_plane: CONTROL_PLANE },
  "platform/step03": { ...SHARED, ...UPSTREAM, ...DOMAIN, email: "platform@example.com" },
  observability: { ...SHARED, ...UPSTREAM, ...DOMAIN, control_plane: CONTROL_PLANE },
  resilience: { ...SHARED, ...UPSTREAM, control_plane: CONTROL_PLANE },
  app: { ...SHARED, ...UPSTREAM, ...DOMAIN },
  finops: { ...SHARED, ...UPSTREAM, control_plane: CONTROL_PLANE },
  security: { ...SHARED, ...UPSTREAM, control_plane: CONTROL_PLANE },
};

/** What nobody reads of a version that EKS offers. */
const UNASKED = {
  cluster_type: "eks",
  control_plane_component_config: [],
  control_plane_scaling_tiers: [],
  default_platform_version: "eks.1",
  default_version: false,
  end_of_extended_support_date: "2028-03-27T00:00:00Z",
  end_of_standard_support_date: "2027-03-27T00:00:00Z",
  kubernetes_patch_version: "1.35.0",
  release_date: "2026-01-28T00:00:00Z",
};

const HOSTNAME = "a0b1c2d3-e4f5a6b7c8d9e0f1.elb.eu-central-1.amazonaws.com";

const ALB_HOSTNAME = "demo-edge-1234567890.eu-central-1.elb.amazonaws.com";

export const ANSWERS: Answers = {
  aws_availability_zones: () => ({ names: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }),
  aws_caller_identity: () => ({ account_id: "111122223333" }),
  aws_eks_addon_version: (configuration) => ({
    version: `v${String(configuration.kubernetes_version)}.2-eksbuild.1`,
  }),
  aws_eks_clusters: () => ({ names: [] }),
  aws_eks_cluster_versions: () => ({
    cluster_versions: [
      ["1.36", "STANDARD_SUPPORT"],
      ["1.35", "STANDARD_SUPPORT"],
      ["1.34", "EXTENDED_SUPPORT"],
    ].map(([cluster_version = "", version_status = ""]) => ({ ...UNASKED, cluster_version, version_status })),
  }),
  aws_iam_policy_document: (configuration) => ({ json: JSON.stringify(configuration) }),
  aws_partition: () => ({ partition: "aws" }),
  kubernetes_ingress_v1: () => ({
    status: [{ load_balancer: [{ ingress: [{ hostname: ALB_HOSTNAME, ip: "" }] }] }],
  }),
  kubernetes_service_v1: () => ({
    status: [{ load_balancer: [{ ingress: [{ hostname: HOSTNAME, ip: "" }] }] }],
  }),
};
