/**
 * Records of the world that more than one part of the twin reads or writes. Times are virtual milliseconds.
 * One owner writes a kind; others read. Kinds that a single part uses are defined where they are used.
 */
import type { Json } from "./world.ts";

type Tags = Record<string, string>;

/** Collection names, so that a typing error cannot make a second, empty collection. */
export const COLLECTIONS = {
  /** key: bucket name */
  buckets: "s3.buckets",
  /** key: `<bucket>/<key>`; all versions of one object, newest last */
  objects: "s3.objects",
  /** key: role name */
  roles: "iam.roles",
  /** key: cluster name */
  clusters: "eks.clusters",
  /** key: `<cluster>/<node group>` */
  nodegroups: "eks.nodegroups",
  /** key: `<cluster>/<add-on>` */
  addons: "eks.addons",
  /** key: `<cluster>/<principal ARN>` */
  accessEntries: "eks.access-entries",
  /** key: zone id */
  zones: "route53.zones",
  /** key: `<zone id>/<name>/<type>/<set identifier or ->` */
  dnsRecords: "route53.records",
  /** key: volume id */
  volumes: "ec2.volumes",
  /** key: snapshot id */
  snapshots: "ec2.snapshots",
  /** key: load balancer name */
  loadBalancers: "elb.load-balancers",
  /** key: ARN; what AWS Certificate Manager was asked for */
  certificates: "acm.certificates",
  /** key: parameter name */
  parameters: "ssm.parameters",
  /** key: key id */
  kmsKeys: "kms.keys",
  /** key: `<terraform type>/<id>`; every applied aws_* resource, for what has no record of its own too */
  resources: "aws.resources",
  /** key: build id (`<project>:<uuid>`) */
  builds: "codebuild.builds",
  /** key: project name */
  projects: "codebuild.projects",
  /** key: function name */
  functions: "lambda.functions",
  /** key: state machine ARN */
  stateMachines: "states.machines",
  /** key: execution ARN */
  executions: "states.executions",
  /** key: `<topic ARN>/<sequence>` */
  notifications: "sns.published",
  /** key: fault id */
  faults: "faults",
  /** key: `<cluster>/<apiVersion>/<kind>/<namespace or ->/<name>` */
  kubernetesObjects: "kubernetes.objects",
} as const;

export interface BucketRecord {
  name: string;
  arn: string;
  region: string;
  versioning: boolean;
  tags: Tags;
  /** What terraform or CloudFormation configured beyond that: lifecycle, encryption, replication … */
  configuration: { [key: string]: Json };
  /** Made by the control plane's own template (not by a layer)? */
  controlPlane: boolean;
}

export interface ObjectVersion {
  versionId: string;
  /** base64 */
  body: string;
  etag: string;
  contentType: string;
  lastModified: number;
  metadata: Record<string, string>;
  deleteMarker?: true;
  /** Absent: STANDARD. */
  storageClass?: string;
  /** Of the key that encrypts it, when it is not S3's own: reading needs kms:Decrypt on it. */
  kmsKeyArn?: string;
}

export interface RoleRecord {
  name: string;
  arn: string;
  assumeRolePolicy: Json;
  /** Inline and attached identity policies, as policy documents. */
  policies: Record<string, Json>;
  permissionsBoundary?: Json;
  tags: Tags;
  controlPlane: boolean;
  /** Where the stack that made it stands: whoever has it calls the APIs of that region. */
  region?: string;
}

export interface ClusterRecord {
  name: string;
  arn: string;
  version: string;
  status: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING" | "FAILED";
  endpoint: string;
  /** PEM, base64. */
  certificateAuthority: string;
  oidcIssuer: string;
  createdAt: number;
  endpointPublicAccess: boolean;
  endpointPrivateAccess: boolean;
  publicAccessCidrs: string[];
  authenticationMode: string;
  healthIssues: { code: string; message: string; resourceIds: string[] }[];
  tags: Tags;
  /** The rest of DescribeCluster's answer: resourcesVpcConfig, logging, encryptionConfig, upgradePolicy … */
  configuration: { [key: string]: Json };
}

export interface NodegroupRecord {
  clusterName: string;
  name: string;
  arn: string;
  status: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING" | "CREATE_FAILED" | "DEGRADED";
  version: string;
  amiType: string;
  scaling: { minSize: number; maxSize: number; desiredSize: number };
  instanceTypes: string[];
  subnets: string[];
  healthIssues: { code: string; message: string; resourceIds: string[] }[];
  createdAt: number;
  tags: Tags;
}

export interface AddonRecord {
  clusterName: string;
  name: string;
  arn: string;
  version: string;
  status: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING" | "CREATE_FAILED" | "DEGRADED";
  healthIssues: { code: string; message: string; resourceIds: string[] }[];
  serviceAccountRoleArn?: string;
  createdAt: number;
}

export interface AccessEntryRecord {
  clusterName: string;
  principalArn: string;
  username: string;
  kubernetesGroups: string[];
  /** e.g. arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy */
  policies: { policyArn: string; scope: { type: "cluster" | "namespace"; namespaces: string[] } }[];
}

export interface ZoneRecord {
  id: string;
  /** Without the trailing dot. */
  name: string;
  nameServers: string[];
  createdAt: number;
  tags: Tags;
}

export interface DnsRecord {
  zoneId: string;
  /** Without the trailing dot. */
  name: string;
  type: string;
  ttl: number;
  values: string[];
  alias?: { dnsName: string; zoneId: string; evaluateTargetHealth: boolean };
  /** The second answers while the first one's load balancer does not. */
  failover?: "PRIMARY" | "SECONDARY";
  /** When a change made now answers at the authoritative servers. */
  insyncAt: number;
}

export interface LoadBalancerRecord {
  name: string;
  arn: string;
  dnsName: string;
  /** The canonical hosted zone of load balancers of its type in its region. */
  hostedZoneId: string;
  type: "network" | "application";
  scheme: "internet-facing" | "internal";
  /** One virtual address per zone; they answer from `activeAt` on. */
  addresses: string[];
  activeAt: number;
  tags: Tags;
}

/** The one file of a volume that says of itself whether it is whole: what its first line states, and what is so. */
export type CanaryFile = { writtenAt: number; stated: string; actual: string };

export interface VolumeRecord {
  id: string;
  availabilityZone: string;
  sizeGiB: number;
  encrypted: boolean;
  createdAt: number;
  snapshotId?: string;
  tags: Tags;
  /** As it was when the volume was last written from a backup. */
  canary?: CanaryFile;
}

export interface SnapshotRecord {
  id: string;
  volumeId: string;
  sizeGiB: number;
  state: "pending" | "completed" | "error";
  startedAt: number;
  encrypted: boolean;
  tags: Tags;
  canary?: CanaryFile;
}

export interface CertificateRecord {
  arn: string;
  domainNames: string[];
  status: "PENDING_VALIDATION" | "ISSUED";
  /** The record that proves that whoever asks owns the zone. */
  proof: { name: string; value: string };
  /** Hexadecimal. */
  serial: string;
  /** 0 until it is issued. */
  notBefore: number;
  notAfter: number;
}

/** A break in the world or the network. Whoever is hit by a kind defines and documents its fields. */
export interface FaultRecord {
  kind: string;
  /** How many times it still strikes; absent: always. */
  remaining?: number;
  [field: string]: Json | undefined;
}
