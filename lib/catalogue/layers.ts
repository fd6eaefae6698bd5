import type { LayerDefinition } from "./define-layers.ts";

/**
 * The layers of the platform: data only. Everything that knows about layers (state machine, projects,
 * roles, gates, destroy order, docs, twin, tests) reads this list, so one entry and one folder add a layer.
 *
 * Host labels (`app`, `grafana`) are relative to the environment's domain. Namespaces and object names are
 * those of the layers' own Terraform; a test ties them together by deploying.
 */
export const LAYERS: readonly LayerDefinition[] = [
  {
    directory: "foundation",
    purpose: "VPC, IAM, DNS zone and the EKS cluster, through AWS APIs only",
    dependsOn: [],
    applyTimeoutMinutes: 60,
    applyTimeoutReason: "EKS cluster up to 15 min, node group up to 33 min when nodes are slow, rest 5 min",
    kubernetes: false,
    stateful: false,
    protects: ["aws_eks_cluster", "aws_route53_zone", "aws_vpc", "aws_kms_key"],
    retains: {
      because: "the snapshots of volumes, to which daily backups lead, cannot be read without this key",
      resources: ["aws_kms_key.this", "aws_kms_alias.this"],
    },
    gates: [
      {
        kind: "eks",
        deadlineMinutes: 15,
        addons: [
          "vpc-cni",
          "kube-proxy",
          "eks-pod-identity-agent",
          "coredns",
          "aws-ebs-csi-driver",
          "snapshot-controller",
        ],
      },
      /** Asks the owner to delegate the zone, and does not wait: nothing of this layer needs it. */
      {
        kind: "delegation",
        deadlineMinutes: 10,
        waits: false,
        /** AWS issues the load balancer's certificate in platform-step02, once the world finds its record. */
        withEdge: { alb: { kind: "delegation", deadlineMinutes: 1440, waits: true } },
      },
    ],
  },
  {
    directory: "platform/step02",
    purpose: "software: edge, external-secrets, cert-manager, ArgoCD, autoscaler, metrics, operator CRDs",
    dependsOn: ["foundation"],
    applyTimeoutMinutes: 45,
    applyTimeoutReason: "seven Helm releases with a 10 min timeout each, most of them side by side",
    kubernetes: true,
    stateful: false,
    protects: [],
    gates: [
      { kind: "nodes", deadlineMinutes: 10, minimumReady: 3 },
      {
        kind: "workloads",
        deadlineMinutes: 10,
        namespaces: ["argocd", "cert-manager", "edge", "external-secrets", "kube-system"],
      },
      {
        kind: "crds",
        deadlineMinutes: 5,
        crds: [
          { name: "applications.argoproj.io", version: "v1alpha1" },
          { name: "certificates.cert-manager.io", version: "v1" },
          { name: "clusterissuers.cert-manager.io", version: "v1" },
          { name: "clustersecretstores.external-secrets.io", version: "v1" },
          { name: "externalsecrets.external-secrets.io", version: "v1" },
          { name: "servicemonitors.monitoring.coreos.com", version: "v1" },
        ],
      },
      {
        kind: "webhooks",
        deadlineMinutes: 5,
        validating: ["cert-manager-webhook", "externalsecret-validate", "secretstore-validate"],
        mutating: ["cert-manager-webhook"],
        withEdge: {
          alb: {
            kind: "webhooks",
            deadlineMinutes: 5,
            validating: [
              "aws-load-balancer-webhook",
              "cert-manager-webhook",
              "externalsecret-validate",
              "secretstore-validate",
            ],
            mutating: ["aws-load-balancer-webhook", "cert-manager-webhook"],
          },
        },
      },
      /** The first layer whose RBAC lets a gate look; from then on it sees the charts of all. A quarter is time to plan. */
      { kind: "end-of-life", deadlineMinutes: 5, noticeDays: 90, enforced: ["cluster"] },
      /** A load balancer of either type answers 2.5 to 5 min after its Service or Ingress was made. */
      { kind: "load-balancer", deadlineMinutes: 10, firstLookSeconds: 30, namespace: "edge" },
    ],
  },
  {
    directory: "platform/step03",
    purpose: "configuration: DNS records, certificate issuers, service account roles, secret store",
    dependsOn: ["platform-step02"],
    applyTimeoutMinutes: 20,
    applyTimeoutReason: "two Route 53 records of 35 s and a dozen Kubernetes objects; the rest is margin",
    kubernetes: true,
    stateful: false,
    protects: [],
    gates: [
      /** A person delegates the zone at the registrar; 24 h is a working day and a night. */
      { kind: "delegation", deadlineMinutes: 1440, waits: true, hosts: ["app", "grafana"] },
      {
        kind: "dns",
        deadlineMinutes: 15,
        hosts: ["app", "grafana"],
        edge: "edge",
        longestTtlSeconds: 300,
      },
      { kind: "issuers", deadlineMinutes: 5, names: ["letsencrypt-staging", "letsencrypt-production"] },
      /** A first sync takes seconds; a role that was made a moment ago is known to STS within a minute or two. */
      {
        kind: "secret-store",
        deadlineMinutes: 5,
        store: "parameter-store",
        canary: { namespace: "external-secrets", name: "canary", keys: ["value"] },
      },
    ],
  },
  {
    directory: "observability",
    purpose: "metrics, logs and traces: Prometheus, Loki, Alloy, Tempo, OpenTelemetry, Grafana",
    dependsOn: ["platform-step03"],
    applyTimeoutMinutes: 45,
    applyTimeoutReason: "five Helm releases, the slowest 5 min, with a 10 min timeout each",
    kubernetes: true,
    stateful: true,
    protects: ["aws_kms_key", "aws_s3_bucket", "kubernetes_persistent_volume_claim_v1"],
    gates: [
      { kind: "workloads", deadlineMinutes: 15, namespaces: ["observability"] },
      /** What every dashboard and alert of the platform stands on; a first scrape comes within half a minute. */
      {
        kind: "targets",
        deadlineMinutes: 10,
        namespace: "observability",
        service: "kube-prometheus-stack-prometheus",
        port: 9090,
        monitors: [
          "observability/kube-prometheus-stack-apiserver",
          "observability/kube-prometheus-stack-kubelet",
          "observability/kube-prometheus-stack-coredns",
          "observability/kube-prometheus-stack-kube-state-metrics",
          "observability/kube-prometheus-stack-prometheus-node-exporter",
          "observability/kube-prometheus-stack-prometheus",
        ],
      },
      {
        kind: "certificate",
        deadlineMinutes: 20,
        namespace: "observability",
        certificate: "grafana-tls",
        host: "grafana",
        issuer: "letsencrypt-production",
        /** The load balancer shows a certificate of AWS's, of which the cluster knows nothing. */
        withEdge: {
          alb: { kind: "certificate", deadlineMinutes: 20, host: "grafana", authority: "Amazon" },
        },
      },
    ],
  },
  {
    directory: "resilience",
    purpose: "Velero: backups to S3 and EBS snapshots on three schedules; AWS Backup of tagged volumes",
    dependsOn: ["platform-step02"],
    applyTimeoutMinutes: 30,
    applyTimeoutReason: "one Helm release of at most 10 min, a bucket with its lifecycle 1 min, a key 30 s",
    kubernetes: true,
    stateful: true,
    protects: ["aws_s3_bucket", "aws_kms_key", "aws_backup_vault"],
    /** With what keeps it private, copies it, and lets AWS Backup remove what is past its time. */
    retains: {
      because: "the backups, and what they are read with",
      resources: [
        "aws_kms_key.backups",
        "aws_kms_alias.backups",
        "aws_s3_bucket.backups",
        "aws_s3_bucket_lifecycle_configuration.backups",
        "aws_s3_bucket_ownership_controls.backups",
        "aws_s3_bucket_policy.backups",
        "aws_s3_bucket_public_access_block.backups",
        "aws_s3_bucket_replication_configuration.backups",
        "aws_s3_bucket_server_side_encryption_configuration.backups",
        "aws_s3_bucket_versioning.backups",
        "aws_iam_role.replication",
        "aws_iam_role_policy.replication",
        "aws_backup_vault.this",
        "aws_backup_vault_lock_configuration.this",
        "aws_iam_role.aws_backup",
        "aws_iam_role_policy_attachment.aws_backup",
      ],
    },
    gates: [
      { kind: "workloads", deadlineMinutes: 10, namespaces: ["backup-canary", "velero"] },
      {
        kind: "velero",
        deadlineMinutes: 10,
        namespace: "velero",
        schedules: ["velero-daily", "velero-weekly", "velero-monthly"],
        /** The canary's, which is there for that. */
        minimumVolumes: 1,
      },
      /** Configuration only; the time is for Velero's objects to be there. */
      { kind: "retention", deadlineMinutes: 5, namespace: "velero" },
    ],
  },
  {
    directory: "security",
    purpose:
      "Kyverno and its pod security policies, Trivy's image scans, Prowler's audits of the account, GuardDuty",
    dependsOn: ["platform-step02"],
    applyTimeoutMinutes: 40,
    applyTimeoutReason:
      "three Helm releases of at most 10 min, two of them in turn, a bucket with its lifecycle 1 min",
    kubernetes: true,
    stateful: true,
    protects: ["aws_s3_bucket", "aws_kms_key"],
    gates: [
      { kind: "workloads", deadlineMinutes: 10, namespaces: ["kyverno", "trivy-system"] },
      {
        kind: "crds",
        deadlineMinutes: 5,
        crds: [
          { name: "validatingpolicies.policies.kyverno.io", version: "v1beta1" },
          { name: "vulnerabilityreports.aquasecurity.github.io", version: "v1alpha1" },
        ],
      },
      /** Kyverno writes its webhooks itself, for the policies that it finds: none means that nothing is asked. */
      {
        kind: "webhooks",
        deadlineMinutes: 5,
        validating: ["kyverno-policy-validating-webhook-cfg", "kyverno-resource-validating-webhook-cfg"],
      },
    ],
  },
  {
    directory: "app",
    purpose: "Online Boutique by ArgoCD, its ingress with TLS and its secret",
    dependsOn: ["platform-step03"],
    applyTimeoutMinutes: 20,
    applyTimeoutReason: "a handful of Kubernetes objects; ArgoCD does the rest after the apply",
    kubernetes: true,
    stateful: false,
    protects: [],
    gates: [
      {
        kind: "argocd",
        deadlineMinutes: 20,
        // A dozen images are pulled and started after the sync: a minute and a half at least (docs/latencies.md).
        firstLookSeconds: 90,
        namespace: "argocd",
        application: "onlineboutique",
        minimumResources: 20,
      },
      {
        kind: "certificate",
        deadlineMinutes: 20,
        // An HTTP-01 order takes 20 s at least.
        firstLookSeconds: 20,
        namespace: "onlineboutique",
        certificate: "frontend-tls",
        host: "app",
        issuer: "letsencrypt-production",
        /** The load balancer shows a certificate of AWS's, of which the cluster knows nothing. */
        withEdge: {
          alb: { kind: "certificate", deadlineMinutes: 20, host: "app", authority: "Amazon" },
        },
      },
      /** The title of the shop's page, whatever it sells; a proxy's own pages do not have it. */
      {
        kind: "endpoint",
        deadlineMinutes: 20,
        firstLookSeconds: 30,
        host: "app",
        path: "/",
        status: 200,
        contains: "Online Boutique",
      },
      /** What the layer fetches from Parameter Store: there, and fetched again in time. */
      {
        kind: "secrets",
        deadlineMinutes: 5,
        secrets: [
          { namespace: "onlineboutique", name: "onlineboutique-custom-secret", keys: ["custom-secret"] },
        ],
      },
    ],
  },
  {
    directory: "finops",
    purpose:
      "what the platform costs, by namespace and workload: OpenCost on the Prometheus of observability",
    dependsOn: ["observability"],
    applyTimeoutMinutes: 30,
    applyTimeoutReason: "one Helm release of at most 10 min and a role; the rest is margin",
    kubernetes: true,
    stateful: false,
    protects: [],
    gates: [{ kind: "workloads", deadlineMinutes: 10, namespaces: ["opencost"] }],
  },
];
