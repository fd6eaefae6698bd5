import { DEFAULT_VERSION } from "../../../../aws/services/eks-versions.ts";
import { mintClusterAuthority } from "../../../../network/cluster-authority.ts";
import { type Attributes, type ProviderContext, UNKNOWN, type Value } from "../../../contract.ts";
import { block, flag, isGiven, isoTime, isSomething, text, texts } from "../attributes.ts";
import type { Deed } from "../aws-type-spec.ts";
import { findResource } from "../resource-store.ts";

const vpcOf = (values: Attributes, context: ProviderContext): string => {
  const [first = ""] = texts(block(values, "vpc_config"), "subnet_ids").sort();
  return text(findResource(context.world, "aws_subnet", first), "vpc_id");
};

const orDefault = (given: Value | undefined, fallback: Value): Value =>
  isGiven(given) ? (given as Value) : fallback;

function vpcConfig(values: Attributes, { context, mint }: Deed): Attributes {
  const given = block(values, "vpc_config") ?? {};
  const open = given.endpoint_public_access !== false;
  return {
    ...given,
    cluster_security_group_id: mint.ec2("sg", "cluster"),
    control_plane_egress_mode: orDefault(given.control_plane_egress_mode, "AWS_MANAGED"),
    public_access_cidrs: publicCidrs(given, open),
    vpc_id: vpcOf(values, context),
  };
}

/** Everybody may reach a public endpoint unless somebody says otherwise. */
export const publicCidrs = (given: Attributes, open: boolean): Value => {
  const cidrs = texts(given, "public_access_cidrs");
  return cidrs.length > 0 ? cidrs : open ? ["0.0.0.0/0"] : [];
};

function serviceFilled(values: Attributes): Attributes {
  const access = block(values, "access_config");
  const network = block(values, "kubernetes_network_config");
  return {
    access_config: [
      {
        authentication_mode: orDefault(
          access?.authentication_mode,
          access ? "API_AND_CONFIG_MAP" : "CONFIG_MAP",
        ),
        bootstrap_cluster_creator_admin_permissions: orDefault(
          access?.bootstrap_cluster_creator_admin_permissions,
          true,
        ),
      },
    ],
    kubernetes_network_config: [
      {
        ip_family: orDefault(network?.ip_family, "ipv4"),
        service_ipv4_cidr: orDefault(network?.service_ipv4_cidr, "172.20.0.0/16"),
        service_ipv6_cidr: "",
        elastic_load_balancing: isSomething(network?.elastic_load_balancing)
          ? (network?.elastic_load_balancing as Value)
          : [{ enabled: false }],
      },
    ],
    upgrade_policy: [{ support_type: orDefault(block(values, "upgrade_policy")?.support_type, "EXTENDED") }],
    control_plane_scaling_config: isSomething(values.control_plane_scaling_config)
      ? (values.control_plane_scaling_config as Value)
      : [{ tier: "standard" }],
  };
}

export function computed(values: Attributes, deed: Deed): Attributes {
  const { context } = deed;
  const { certificateAuthority, endpoint } = mintClusterAuthority(
    context.world,
    text(values, "name"),
    context.region,
  );
  // The issuer of service account tokens bears the same digits as the endpoint.
  const digits = /^https:\/\/([0-9A-F]+)/.exec(endpoint)?.[1] ?? "";
  return {
    ...serviceFilled(values),
    vpc_config: [vpcConfig(values, deed)],
    certificate_authority: [{ data: certificateAuthority }],
    cluster_id: "",
    created_at: isoTime(context),
    deletion_protection: flag(values, "deletion_protection"),
    endpoint,
    identity: [{ oidc: [{ issuer: `https://oidc.eks.${context.region}.amazonaws.com/id/${digits}` }] }],
    platform_version: "eks.8",
    status: "ACTIVE",
    version: text(values, "version") || DEFAULT_VERSION,
  };
}

/** Vpc_config's members that the service decides: kept, unless what they follow from changes. */
export function refine(planned: Attributes, prior: Attributes | null): Attributes {
  const [given, had] = [block(planned, "vpc_config"), block(prior ?? {}, "vpc_config")];
  if (!given || !had) return planned;
  const opened = given.endpoint_public_access !== had.endpoint_public_access;
  const follows = opened && !isGiven(given.public_access_cidrs);
  return follows ? { ...planned, vpc_config: [{ ...given, public_access_cidrs: UNKNOWN }] } : planned;
}
