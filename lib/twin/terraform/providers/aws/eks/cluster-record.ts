import { AwsError } from "../../../../aws/contract.ts";
import { type ClusterRecord, COLLECTIONS } from "../../../../world/records.ts";
import type { Json, World } from "../../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../../contract.ts";
import { block, flag, strings, text, texts } from "../attributes.ts";

export const EKS = { service: "EKS" } as const;

export const clusters = (world: World) => world.collection<ClusterRecord>(COLLECTIONS.clusters);

export function requireCluster(world: World, name: string): ClusterRecord {
  const record = clusters(world).get(name);
  if (!record) throw new AwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`, 404);
  return record;
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

export function recordOf(values: Attributes, context: ProviderContext): ClusterRecord {
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
export const clusterGroup = (values: Attributes): Attributes => ({
  id: text(block(values, "vpc_config"), "cluster_security_group_id"),
  name: `eks-cluster-sg-${text(values, "name")}`,
});

export function observe(values: Attributes, { world }: ProviderContext): Attributes | null {
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
