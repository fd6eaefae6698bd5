/**
 * Policies that AWS manages and a platform may attach: a name that AWS does not have fails as it would there.
 * Their documents are AWS's and change without notice; the twin holds none, so a role may do in it only what
 * its own policies say. What runs in the cluster with these roles is simulated, not authorised.
 * @see AWS managed policy reference
 */
const AWS_MANAGED_POLICIES: ReadonlySet<string> = new Set(
  [
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
    "AmazonEBSCSIDriverPolicy",
    "AmazonEBSCSIDriverPolicyV2",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEFSCSIDriverPolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonPrometheusRemoteWriteAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
    "CloudWatchLogsFullAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "ViewOnlyAccess",
  ].sort(),
);

/** Where AWS keeps a policy that is not at the root. */
const FOLDERS: Readonly<Record<string, string>> = {
  AWSBackupServiceRolePolicyForBackup: "service-role/",
  AWSBackupServiceRolePolicyForRestores: "service-role/",
  AmazonEBSCSIDriverPolicy: "service-role/",
  AmazonEBSCSIDriverPolicyV2: "service-role/",
  AmazonEFSCSIDriverPolicy: "service-role/",
  ViewOnlyAccess: "job-function/",
};

/** Whether AWS has a managed policy of this ARN. */
export function isAwsManaged(arn: string): boolean {
  const [, path] = arn.split(":policy/");
  if (!arn.startsWith("arn:aws:iam::aws:policy/") || path === undefined) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const expected = `${FOLDERS[name] ?? ""}${name}`;
  return AWS_MANAGED_POLICIES.has(name) && path === expected;
}
