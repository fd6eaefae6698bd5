import type { AccessEntryRecord, AddonRecord, ClusterRecord, NodegroupRecord } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import { accountOf, roleName } from "../arn.ts";
import { asJson, type Call, epochSeconds, present } from "../service.ts";

const object = (value: Json | undefined): { [key: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};

/** DescribeCluster's `cluster`. The certificate appears once the API server is there, as in AWS. */
export function clusterAnswer(record: ClusterRecord): Json {
  const { configuration } = record;
  const exists = record.status !== "CREATING" && record.status !== "FAILED";
  return present({
    ...configuration,
    name: record.name,
    arn: record.arn,
    createdAt: epochSeconds(record.createdAt),
    version: record.version,
    endpoint: exists ? record.endpoint : undefined,
    certificateAuthority: exists ? { data: record.certificateAuthority } : undefined,
    identity: exists ? { oidc: { issuer: record.oidcIssuer } } : undefined,
    resourcesVpcConfig: {
      ...object(configuration.resourcesVpcConfig),
      endpointPublicAccess: record.endpointPublicAccess,
      endpointPrivateAccess: record.endpointPrivateAccess,
      publicAccessCidrs: [...record.publicAccessCidrs],
    },
    status: record.status,
    accessConfig: { ...object(configuration.accessConfig), authenticationMode: record.authenticationMode },
    health: { issues: asJson(record.healthIssues) },
    platformVersion: configuration.platformVersion ?? "eks.1",
    tags: { ...record.tags },
  });
}

export function nodegroupAnswer(record: NodegroupRecord): Json {
  return {
    nodegroupName: record.name,
    nodegroupArn: record.arn,
    clusterName: record.clusterName,
    version: record.version,
    createdAt: epochSeconds(record.createdAt),
    status: record.status,
    capacityType: "ON_DEMAND",
    scalingConfig: { ...record.scaling },
    instanceTypes: [...record.instanceTypes],
    subnets: [...record.subnets],
    amiType: record.amiType,
    health: { issues: asJson(record.healthIssues) },
    tags: { ...record.tags },
  };
}

export function addonAnswer(record: AddonRecord): Json {
  return present({
    addonName: record.name,
    clusterName: record.clusterName,
    status: record.status,
    addonVersion: record.version,
    health: {
      issues: record.healthIssues.map(({ code, message, resourceIds }) => ({ code, message, resourceIds })),
    },
    addonArn: record.arn,
    createdAt: epochSeconds(record.createdAt),
    modifiedAt: epochSeconds(record.createdAt),
    serviceAccountRoleArn: record.serviceAccountRoleArn,
    tags: {},
  });
}

export function accessEntryAnswer(call: Call, record: AccessEntryRecord): Json {
  const path = `role/${accountOf(record.principalArn)}/${roleName(record.principalArn)}`;
  return {
    clusterName: record.clusterName,
    principalArn: record.principalArn,
    kubernetesGroups: [...record.kubernetesGroups],
    accessEntryArn: `arn:aws:eks:${call.region}:${call.accountId}:access-entry/${record.clusterName}/${path}`,
    username: record.username,
    type: "STANDARD",
    tags: {},
  };
}
