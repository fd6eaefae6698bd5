/**
 * Policies that AWS manages and a platform may attach: a name that AWS does not have fails as it would there.
 * Their documents are AWS's and change without notice; the twin holds none, so a role may do in it only what
 * its own policies say. What runs in the cluster with these roles is simulated, not authorised.
 * @see AWS managed policy reference
 */
const AWS_MANAGED_POLICIES: ReadonlySet<string> = new Set(
  [
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
  ].sort(),
);

/** Where AWS keeps a policy that is not at the root: `service-role/…`. */
const IN_SERVICE_ROLE: ReadonlySet<string> = new Set([
  "AmazonEBSCSIDriverPolicy",
  "AmazonEBSCSIDriverPolicyV2",
  "AmazonEFSCSIDriverPolicy",
]);

/** Whether AWS has a managed policy of this ARN. */
export function isAwsManaged(arn: string): boolean {
  const [, path] = arn.split(":policy/");
  if (!arn.startsWith("arn:aws:iam::aws:policy/") || path === undefined) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const expected = IN_SERVICE_ROLE.has(name) ? `service-role/${name}` : name;
  return AWS_MANAGED_POLICIES.has(name) && path === expected;
}
