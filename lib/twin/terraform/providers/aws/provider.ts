import type { ProviderDefinition } from "../../contract.ts";
import { acmCertificate, acmCertificateValidation } from "./acm.ts";
import { awsType } from "./aws-type.ts";
import { backupPlan, backupSelection, backupVault, backupVaultLock } from "./backup.ts";
import { metricAlarm } from "./cloudwatch.ts";
import { availabilityZones, callerIdentity, partition, region } from "./data/account.ts";
import { eksAddonVersion, eksCluster, eksClusters, eksClusterVersions } from "./data/eks.ts";
import { loadBalancer } from "./data/load-balancer.ts";
import { subnets, vpc as vpcData } from "./data/network.ts";
import { ssmParameter } from "./data/parameter.ts";
import { iamPolicyDocument } from "./data/policy-document.ts";
import { iamRole } from "./data/role.ts";
import { route53Zone } from "./data/route53-zone.ts";
import { vpcEndpoint } from "./ec2/endpoints.ts";
import { eip, internetGateway, natGateway } from "./ec2/gateways.ts";
import { launchTemplate } from "./ec2/launch-template.ts";
import {
  vpcPeeringConnection,
  vpcPeeringConnectionAccepter,
  vpcPeeringConnectionOptions,
} from "./ec2/peering.ts";
import { route, routeTable, routeTableAssociation } from "./ec2/routes.ts";
import { egressRule, ingressRule, securityGroupRule } from "./ec2/security-group-rules.ts";
import { defaultSecurityGroup, securityGroup } from "./ec2/security-groups.ts";
import { subnet } from "./ec2/subnet.ts";
import { vpc } from "./ec2/vpc.ts";
import { accessEntry } from "./eks/access-entry.ts";
import { accessPolicyAssociation } from "./eks/access-policy.ts";
import { addon } from "./eks/addon.ts";
import { cluster } from "./eks/cluster.ts";
import { nodeGroup } from "./eks/node-group.ts";
import { podIdentityAssociation } from "./eks/pod-identity.ts";
import { eventRule, eventTarget } from "./eventbridge.ts";
import { guardDutyDetector, guardDutyDetectorData, guardDutyFeature } from "./guardduty.ts";
import { rolePolicy } from "./iam/inline-policy.ts";
import { policy, rolePolicyAttachment } from "./iam/managed-policy.ts";
import { openidConnectProvider } from "./iam/oidc-provider.ts";
import { role } from "./iam/roles.ts";
import { kmsAlias } from "./kms/alias.ts";
import { kmsKey } from "./kms/key.ts";
import { kmsKeyPolicy } from "./kms/key-policy.ts";
import { flowLog, logGroup } from "./logs.ts";
import { healthCheck } from "./route53/health-check.ts";
import { record } from "./route53/record.ts";
import { zone } from "./route53/zone.ts";
import { bucket } from "./s3/bucket.ts";
import {
  bucketEncryption,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
} from "./s3/configuration.ts";
import { bucketLifecycle } from "./s3/lifecycle.ts";
import { bucketReplication } from "./s3/replication.ts";
import { topic, topicPolicyResource, topicSubscription } from "./sns.ts";
import { queue, queuePolicy } from "./sqs.ts";
import { parameter } from "./ssm.ts";
import { webAcl, webAclAssociation, webAclLogging } from "./wafv2.ts";

const NETWORK = [
  vpc,
  subnet,
  internetGateway,
  eip,
  natGateway,
  routeTable,
  route,
  routeTableAssociation,
  defaultSecurityGroup,
  securityGroup,
  securityGroupRule,
  ingressRule,
  egressRule,
  vpcEndpoint,
  vpcPeeringConnection,
  vpcPeeringConnectionAccepter,
  vpcPeeringConnectionOptions,
  flowLog,
];

const CLUSTER = [
  cluster,
  nodeGroup,
  launchTemplate,
  addon,
  accessEntry,
  accessPolicyAssociation,
  podIdentityAssociation,
];

const IDENTITY = [
  role,
  rolePolicy,
  policy,
  rolePolicyAttachment,
  openidConnectProvider,
  kmsKey,
  kmsAlias,
  kmsKeyPolicy,
];

const STORAGE = [
  bucket,
  bucketVersioning,
  bucketEncryption,
  bucketPublicAccessBlock,
  bucketPolicy,
  bucketOwnershipControls,
  bucketLifecycle,
  bucketReplication,
  parameter,
  backupVault,
  backupVaultLock,
  backupPlan,
  backupSelection,
];

const NAMES_AND_EVENTS = [
  zone,
  record,
  acmCertificate,
  acmCertificateValidation,
  healthCheck,
  metricAlarm,
  webAcl,
  webAclAssociation,
  webAclLogging,
  logGroup,
  guardDutyDetector,
  guardDutyFeature,
  topic,
  topicPolicyResource,
  topicSubscription,
  queue,
  queuePolicy,
  eventRule,
  eventTarget,
];

/** hashicorp/aws as far as the platform's layers use it; other types fail at plan by name. */
export const awsProvider: ProviderDefinition = {
  address: "registry.terraform.io/hashicorp/aws",
  version: "6.66.0",
  resources: [...NETWORK, ...CLUSTER, ...IDENTITY, ...STORAGE, ...NAMES_AND_EVENTS].map(awsType),
  dataSources: [
    callerIdentity,
    partition,
    region,
    availabilityZones,
    iamPolicyDocument,
    eksCluster,
    eksAddonVersion,
    eksClusters,
    guardDutyDetectorData,
    eksClusterVersions,
    route53Zone,
    loadBalancer,
    ssmParameter,
    iamRole,
    vpcData,
    subnets,
  ],
};
