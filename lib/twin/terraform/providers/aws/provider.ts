import type { ProviderDefinition } from "../../contract.ts";
import { awsType } from "./aws-type.ts";
import { availabilityZones, callerIdentity, partition, region } from "./data/account.ts";
import * as lookups from "./data/lookups.ts";
import { iamPolicyDocument } from "./data/policy-document.ts";
import * as endpoints from "./ec2/endpoints.ts";
import * as gateways from "./ec2/gateways.ts";
import { launchTemplate } from "./ec2/launch-template.ts";
import * as routes from "./ec2/routes.ts";
import * as groups from "./ec2/security-groups.ts";
import { subnet, vpc } from "./ec2/vpc.ts";
import * as access from "./eks/access.ts";
import { addon } from "./eks/addon.ts";
import { cluster } from "./eks/cluster.ts";
import { nodeGroup } from "./eks/node-group.ts";
import * as eventbridge from "./eventbridge.ts";
import * as policies from "./iam/policies.ts";
import { role } from "./iam/roles.ts";
import * as kms from "./kms.ts";
import * as observation from "./observation.ts";
import { record, zone } from "./route53.ts";
import { bucket } from "./s3/bucket.ts";
import * as bucketSettings from "./s3/configuration.ts";
import * as sns from "./sns.ts";
import * as sqs from "./sqs.ts";
import { parameter } from "./ssm.ts";

/** hashicorp/aws as far as the platform's layers use it; other types fail at plan by name. */
export const awsProvider: ProviderDefinition = {
  address: "registry.terraform.io/hashicorp/aws",
  version: "6.66.0",
  resources: [
    vpc,
    subnet,
    launchTemplate,
    ...Object.values(gateways),
    ...Object.values(routes),
    ...Object.values(groups),
    ...Object.values(endpoints),
    cluster,
    nodeGroup,
    addon,
    access.accessEntry,
    access.accessPolicyAssociation,
    access.podIdentityAssociation,
    role,
    ...Object.values(policies),
    ...Object.values(kms),
    zone,
    record,
    bucket,
    ...Object.values(bucketSettings),
    parameter,
    ...Object.values(observation),
    ...Object.values(sns),
    ...Object.values(sqs),
    ...Object.values(eventbridge),
  ].map(awsType),
  dataSources: [
    callerIdentity,
    partition,
    region,
    availabilityZones,
    iamPolicyDocument,
    ...Object.values(lookups),
  ],
};
