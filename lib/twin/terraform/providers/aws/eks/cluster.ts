import { AwsError } from "../../../../aws/contract.ts";
import { mintClusterAuthority } from "../../../../network/cluster-authority.ts";
import { strikes } from "../../../../world/faults.ts";
import { type ClusterRecord, COLLECTIONS, type NodegroupRecord } from "../../../../world/records.ts";
import type { Json, World } from "../../../../world/world.ts";
import { type Attributes, type ProviderContext, UNKNOWN, type Value } from "../../../contract.ts";
import { HalfAppliedError } from "../../../plugin/diagnostics.ts";
import { arnIn, block, flag, isGiven, isoTime, isSomething, strings, text, texts } from "../attributes.ts";
import type { AwsTypeSpec, Deed } from "../aws-type.ts";
import { findResource, removeResource, storeResource } from "../resource-store.ts";
import { DEFAULT_VERSION, isOffered, minorOf } from "./versions.ts";

export const EKS = { service: "EKS" } as const;

export const clusters = (world: World) => world.collection<ClusterRecord>(COLLECTIONS.clusters);

export function requireCluster(world: World, name: string): ClusterRecord {
  const record = clusters(world).get(name);
  if (!record) throw new AwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`, 404);
  return record;
}

/** 30 minutes: the provider's default create timeout for a cluster. */
const CREATE_TIMEOUT_MILLISECONDS = 30 * 60_000;

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
const publicCidrs = (given: Attributes, open: boolean): Value => {
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

function computed(values: Attributes, deed: Deed): Attributes {
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

/** What DescribeCluster answers beside the record's own fields, in the API's own names. */
function describedConfiguration(values: Attributes): { [key: string]: Json } {
  const network = block(values, "vpc_config");
  const encryption = block(values, "encryption_config");
  const kubernetes = block(values, "kubernetes_network_config");
  const logging = texts(values, "enabled_cluster_log_types").sort();
  return {
    roleArn: text(values, "role_arn"),
    platformVersion: text(values, "platform_version"),
    resourcesVpcConfig: {
      subnetIds: texts(network, "subnet_ids").sort(),
      securityGroupIds: texts(network, "security_group_ids").sort(),
      clusterSecurityGroupId: text(network, "cluster_security_group_id"),
      vpcId: text(network, "vpc_id"),
    },
    kubernetesNetworkConfig: {
      ipFamily: text(kubernetes, "ip_family"),
      serviceIpv4Cidr: text(kubernetes, "service_ipv4_cidr"),
    },
    logging: { clusterLogging: [{ types: logging, enabled: logging.length > 0 }] },
    upgradePolicy: { supportType: text(block(values, "upgrade_policy"), "support_type") },
    deletionProtection: flag(values, "deletion_protection"),
    encryptionConfig: encryption
      ? [
          {
            resources: texts(encryption, "resources"),
            provider: { keyArn: text(block(encryption, "provider"), "key_arn") },
          },
        ]
      : [],
  };
}

const oidcIssuer = (values: Attributes): string => text(block(block(values, "identity"), "oidc"), "issuer");

function recordOf(values: Attributes, context: ProviderContext): ClusterRecord {
  const network = block(values, "vpc_config");
  return {
    name: text(values, "name"),
    arn: text(values, "arn"),
    version: text(values, "version"),
    status: "CREATING",
    endpoint: text(values, "endpoint"),
    certificateAuthority: text(block(values, "certificate_authority"), "data"),
    oidcIssuer: oidcIssuer(values),
    createdAt: context.world.clock.now(),
    endpointPublicAccess: network?.endpoint_public_access !== false,
    endpointPrivateAccess: flag(network, "endpoint_private_access"),
    publicAccessCidrs: texts(network, "public_access_cidrs").sort(),
    authenticationMode: text(block(values, "access_config"), "authentication_mode"),
    healthIssues: [],
    tags: strings(values, "tags_all"),
    configuration: describedConfiguration(values),
  };
}

/** EKS makes the group through which nodes and control plane talk; rules name it. */
const clusterGroup = (values: Attributes): Attributes => ({
  id: text(block(values, "vpc_config"), "cluster_security_group_id"),
  name: `eks-cluster-sg-${text(values, "name")}`,
});

function created(values: Attributes, { context }: Deed): void {
  const { world } = context;
  const name = text(values, "name");
  clusters(world).set(name, recordOf(values, context));
  storeResource(world, "eks_cluster_group", text(clusterGroup(values), "id"), clusterGroup(values));
  if (flag(block(values, "access_config"), "bootstrap_cluster_creator_admin_permissions"))
    grantCreator(name, context);
  if (!strikes(world, "cluster-never-active", (fault) => (fault.cluster ?? name) === name)) return;
  context.record({
    action: "create",
    type: "aws_eks_cluster",
    id: name,
    lastsMilliseconds: CREATE_TIMEOUT_MILLISECONDS,
  });
  throw new HalfAppliedError(
    `waiting for EKS Cluster (${name}) create: timeout while waiting for state to become 'ACTIVE' (last state: 'CREATING', timeout: 30m0s)`,
    { ...values, status: "CREATING" },
  );
}

/** Whoever creates a cluster administers it, unless told not to: EKS user guide, access entries. */
function grantCreator(clusterName: string, { world, principal }: ProviderContext): void {
  world.collection(COLLECTIONS.accessEntries).set(`${clusterName}/${principal.roleArn}`, {
    clusterName,
    principalArn: principal.roleArn,
    username: principal.roleArn,
    kubernetesGroups: [],
    policies: [
      {
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        scope: { type: "cluster", namespaces: [] },
      },
    ],
  });
}

function refuseVersion(version: string): void {
  if (version !== "" && !isOffered(version))
    throw new AwsError("InvalidParameterException", `unsupported Kubernetes version`);
}

function refuseCreate(values: Attributes, context: ProviderContext): void {
  const name = text(values, "name");
  if (clusters(context.world).has(name))
    throw new AwsError("ResourceInUseException", `Cluster already exists with name: ${name}`, 409);
  refuseVersion(text(values, "version"));
  const zones = new Set(
    texts(block(values, "vpc_config"), "subnet_ids").map((id) =>
      text(findResource(context.world, "aws_subnet", id), "availability_zone"),
    ),
  );
  if (zones.size < 2)
    throw new AwsError(
      "InvalidParameterException",
      "Subnets specified must be in at least two different AZs",
    );
}

function refuseUpdate(values: Attributes, _: ProviderContext, prior: Attributes): void {
  const [wanted, had] = [text(values, "version"), text(prior, "version")];
  refuseVersion(wanted);
  if (wanted !== had && minorOf(wanted) !== minorOf(had) + 1)
    throw new AwsError(
      "InvalidParameterException",
      `Unsupported Kubernetes minor version update from ${had} to ${wanted}`,
    );
}

function updated(values: Attributes, _: Attributes, { context }: Deed): Attributes {
  const given = block(values, "vpc_config") ?? {};
  const open = given.endpoint_public_access !== false;
  const network: Attributes[] = [{ ...given, public_access_cidrs: publicCidrs(given, open) }];
  const all = { ...values, vpc_config: network };
  clusters(context.world).update(text(values, "name"), (record) => ({
    ...recordOf(all, context),
    createdAt: record.createdAt,
    status: record.status,
    healthIssues: record.healthIssues,
  }));
  return { vpc_config: network };
}

function deleted(values: Attributes, { world }: ProviderContext): void {
  const name = text(values, "name");
  clusters(world).delete(name);
  removeResource(world, "eks_cluster_group", text(clusterGroup(values), "id"));
  for (const collection of [COLLECTIONS.accessEntries, COLLECTIONS.addons])
    for (const key of world.collection(collection).keys())
      if (key.startsWith(`${name}/`)) world.collection(collection).delete(key);
  world.emit("eks.cluster.deleted", { cluster: name });
}

function observe(values: Attributes, { world }: ProviderContext): Attributes | null {
  const record = clusters(world).get(text(values, "name"));
  if (!record) return null;
  const network = block(values, "vpc_config") ?? {};
  return {
    status: record.status,
    version: record.version,
    endpoint: record.endpoint,
    certificate_authority: [{ data: record.certificateAuthority }],
    vpc_config: [
      {
        ...network,
        endpoint_private_access: record.endpointPrivateAccess,
        endpoint_public_access: record.endpointPublicAccess,
        public_access_cidrs: record.publicAccessCidrs,
      },
    ],
    tags_all: { ...record.tags },
  };
}

/** Vpc_config's members that the service decides: kept, unless what they follow from changes. */
function refine(planned: Attributes, prior: Attributes | null): Attributes {
  const [given, had] = [block(planned, "vpc_config"), block(prior ?? {}, "vpc_config")];
  if (!given || !had) return planned;
  const opened = given.endpoint_public_access !== had.endpoint_public_access;
  const follows = opened && !isGiven(given.public_access_cidrs);
  return follows ? { ...planned, vpc_config: [{ ...given, public_access_cidrs: UNKNOWN }] } : planned;
}

export const cluster: AwsTypeSpec = {
  ...EKS,
  type: "aws_eks_cluster",
  title: "EKS Cluster",
  calls: {
    create: "CreateCluster",
    read: "DescribeCluster",
    update: "UpdateClusterConfig",
    delete: "DeleteCluster",
  },
  forcesReplacement: [
    "access_config.bootstrap_cluster_creator_admin_permissions",
    "bootstrap_self_managed_addons",
    "encryption_config.provider.key_arn",
    "encryption_config.resources",
    "kubernetes_network_config.ip_family",
    "kubernetes_network_config.service_ipv4_cidr",
    "name",
    "outpost_config",
    "role_arn",
  ],
  defaults: { bootstrap_self_managed_addons: true },
  computedBlocks: [
    "access_config",
    "kubernetes_network_config",
    "upgrade_policy",
    "control_plane_scaling_config",
  ],
  refine,
  identify: (planned) => text(planned, "name"),
  arn: (values, context) => arnIn(context, "eks", `cluster/${text(values, "name")}`),
  computed,
  refuseCreate,
  refuseUpdate,
  refuseDelete: (values, context) => {
    const name = text(values, "name");
    if (flag(values, "deletion_protection"))
      throw new AwsError("InvalidRequestException", "Deletion protection is enabled for the cluster.");
    const groups = context.world.collection<NodegroupRecord>(COLLECTIONS.nodegroups).values();
    if (groups.some((group) => group.clusterName === name))
      throw new AwsError("ResourceInUseException", "Cluster has nodegroups attached", 409);
  },
  created,
  updated,
  deleted,
  observe,
  settle: (action, values, { world }) =>
    action === "create"
      ? (_, endsAt) =>
          world.schedule(endsAt - world.clock.now(), "eks.cluster.active", { cluster: text(values, "name") })
      : undefined,
  // A version upgrade lasts ten minutes (8 to 25, estimate), other updates three: latency facts, section 1.
  lasts: (action, values, prior) =>
    action === "update" && prior && values.version !== prior.version ? 600_000 : undefined,
};
