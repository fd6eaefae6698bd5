/**
 * What a sandbox is, and what a restore into one may bring: the same rules as the cluster's own fence has them.
 * @see terraform/resilience/restore-fence.tf, with which a test compares these names
 */
import type { Target } from "./settings.ts";

export const VELERO_NAMESPACE = "velero";
export const CANARY_NAMESPACE = "backup-canary";
/** Claim, Deployment, and the ConfigMap with its scripts. */
export const CANARY_NAME = "backup-canary";
export const RESTORE_MODIFIER = "restore-verify";

export const SANDBOX_PREFIX = "restore-verify-";
export const SANDBOX_LABEL = "strata/restore-verify";
/** ARN of the execution whose sandbox it is: only that one, or the janitor after its end, removes it. */
export const OWNER_ANNOTATION = "strata/execution";

/**
 * Kinds that would do something outside their namespace: take a host, spend certificates, write to Parameter Store,
 * hand the copy to Argo CD. As Velero excludes them, and as its lists name them.
 */
const OUTWARD_KINDS = {
  "applications.argoproj.io": "Application",
  "applicationsets.argoproj.io": "ApplicationSet",
  "appprojects.argoproj.io": "AppProject",
  "certificaterequests.cert-manager.io": "CertificateRequest",
  "certificates.cert-manager.io": "Certificate",
  "challenges.acme.cert-manager.io": "Challenge",
  "dnsendpoints.externaldns.k8s.io": "DNSEndpoint",
  "externalsecrets.external-secrets.io": "ExternalSecret",
  "gateways.gateway.networking.k8s.io": "Gateway",
  "grpcroutes.gateway.networking.k8s.io": "GRPCRoute",
  "httproutes.gateway.networking.k8s.io": "HTTPRoute",
  "ingresses.networking.k8s.io": "Ingress",
  "issuers.cert-manager.io": "Issuer",
  "orders.acme.cert-manager.io": "Order",
  "pushsecrets.external-secrets.io": "PushSecret",
  "secretstores.external-secrets.io": "SecretStore",
  "targetgroupbindings.elbv2.k8s.aws": "TargetGroupBinding",
} as const;
export const NEVER_RESTORED: readonly string[] = Object.keys(OUTWARD_KINDS);

/** Is a kind such as `networking.k8s.io/v1/Ingress` left out of a restore? */
export function isNeverRestored(kind: string): boolean {
  const [group, ...rest] = kind.split("/");
  return Object.entries(OUTWARD_KINDS).some(
    ([resource, name]) => rest.at(-1) === name && resource.slice(resource.indexOf(".") + 1) === group,
  );
}

/** A label's value, and a namespace's name, end here. @see RFC 1123 */
const NAME_LENGTH = 63;

/** The same for the same execution and schedule: a repeated call finds its own sandbox again. */
export function sandboxName(schedule: string, executionName: string): string {
  const name = `${SANDBOX_PREFIX}${schedule}-${executionName.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-")}`;
  return name.slice(0, NAME_LENGTH).replace(/-+$/, "");
}

const POD_SECURITY = ["enforce", "warn", "audit"].map((mode) => [
  `pod-security.kubernetes.io/${mode}`,
  "restricted",
]);

/** Made before the restore, so that Velero does not copy the source's labels; restricted, as the canary is at home. */
export const sandboxNamespace = ({ sandbox, name }: Target, executionArn: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: sandbox,
    labels: { [SANDBOX_LABEL]: name, ...Object.fromEntries(POD_SECURITY) },
    annotations: { [OWNER_ANNOTATION]: executionArn },
  },
});

/** Nothing comes in and nothing goes out, but within the sandbox and to the name servers: copies may not write. */
export const sandboxPolicy = ({ sandbox }: Target) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "sandbox", namespace: sandbox },
  spec: {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector: {} }] }],
    egress: [
      { to: [{ podSelector: {} }] },
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ],
  },
});

/** A restore that turns out larger than the canary must not take the nodes' room from what it is a copy of. */
export const sandboxQuota = ({ sandbox }: Target) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "sandbox", namespace: sandbox },
  spec: {
    hard: {
      pods: "20",
      "requests.cpu": "2",
      "requests.memory": "4Gi",
      "requests.storage": "20Gi",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    },
  },
});

/**
 * `includeClusterResources` stays unset: with `false` Velero refuses the volumes of the restored claims, with `true` it
 * restores roles and webhooks of the whole cluster. `existingResourcePolicy` stays unset: nothing is changed.
 */
export const restoreInto = ({ sandbox, namespace, backup, name }: Target, executionArn: string) => ({
  apiVersion: "velero.io/v1",
  kind: "Restore",
  metadata: {
    name: sandbox,
    namespace: VELERO_NAMESPACE,
    labels: { [SANDBOX_LABEL]: name },
    annotations: { [OWNER_ANNOTATION]: executionArn },
  },
  spec: {
    backupName: backup.name,
    includedNamespaces: [namespace],
    namespaceMapping: { [namespace]: sandbox },
    excludedResources: [...NEVER_RESTORED],
    resourceModifier: { kind: "ConfigMap", name: RESTORE_MODIFIER },
    restorePVs: true,
    preserveNodePorts: false,
    itemOperationTimeout: "30m",
  },
});

/** The canary's own script, read in the sandbox: what it says is its last words, which a pod's status holds. */
export const canaryJob = ({ sandbox }: Target) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "read-canary", namespace: sandbox },
  spec: {
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    template: {
      metadata: { labels: { "job-name": "read-canary" } },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65534,
          runAsGroup: 65534,
          fsGroup: 65534,
          seccompProfile: { type: "RuntimeDefault" },
        },
        // The volume is mounted by one node at a time: that of the restored canary.
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: "kubernetes.io/hostname",
                labelSelector: { matchLabels: { "app.kubernetes.io/name": CANARY_NAME } },
              },
            ],
          },
        },
        containers: [
          {
            name: "read",
            image: "public.ecr.aws/docker/library/busybox:1.37.0",
            command: ["sh", "-c", "sh /scripts/verify.sh > /dev/termination-log 2>&1"],
            resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { memory: "32Mi" } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            volumeMounts: [
              { name: "data", mountPath: "/data", readOnly: true },
              { name: "scripts", mountPath: "/scripts", readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: "data", persistentVolumeClaim: { claimName: CANARY_NAME } },
          { name: "scripts", configMap: { name: CANARY_NAME } },
        ],
      },
    },
  },
});
