/** Names that differ from the API's by more than snake_case: mostly blocks named in the singular. */
const RENAMED: Readonly<Record<string, string>> = {
  container: "containers",
  egress: "egress",
  host: "hosts",
  image_pull_secret: "imagePullSecrets",
  init_container: "initContainers",
  limit: "limits",
  match_condition: "matchConditions",
  match_expression: "matchExpressions",
  path: "paths",
  port: "ports",
  rule: "rules",
  secret: "secrets",
  storage_provisioner: "provisioner",
  timezone: "timeZone",
  subject: "subjects",
  toleration: "tolerations",
  topology_spread_constraint: "topologySpreadConstraints",
  volume: "volumes",
  volume_claim_template: "volumeClaimTemplates",
  volume_mount: "volumeMounts",
  audit_annotations: "auditAnnotations",
  host_ipc: "hostIPC",
  host_pid: "hostPID",
  cluster_ip: "clusterIP",
  cluster_ips: "clusterIPs",
  external_ips: "externalIPs",
  load_balancer_ip: "loadBalancerIP",
  non_resource_urls: "nonResourceURLs",
  pod_cidr: "podCIDR",
  host_ip: "hostIP",
  fs_type: "fsType",
  volume_id: "volumeID",
  run_as_user: "runAsUser",
};

/** These are renamed only as blocks that repeat; as attributes or single blocks they keep their name. */
const REPEATED_ONLY = new Set(["host", "limit", "path", "port", "rule", "secret", "subject", "volume"]);

const camel = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The API's name of a Terraform attribute or block. */
export function fieldName(name: string, repeated: boolean): string {
  const renamed = RENAMED[name];
  return renamed !== undefined && (repeated || !REPEATED_ONLY.has(name)) ? renamed : camel(name);
}
