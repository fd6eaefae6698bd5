/**
 * Breaks by which the cluster's API tells a lie, and the one gate that does not fall for it; in groups by layer, each
 * tried in the world that was kept after its layer was deployed.
 */
export interface ExposedBy {
  readonly gate: string;
  /** What the gate says to a stranger. */
  readonly says: RegExp;
}

type Lies = Readonly<Record<string, ExposedBy>>;

const exposedBy = (gate: string, says: RegExp): ExposedBy => ({ gate, says });

export const LIES: Readonly<
  Record<"platform-step02" | "platform-step03" | "observability" | "resilience" | "app", Lies>
> = {
  "platform-step02": {
    "balancer-without-targets": exposedBy(
      "load-balancer",
      /0 of 3 healthy.*unhealthy \(Target\.FailedHealthChecks\)/,
    ),
    "nodes-dedicated": exposedBy("nodes", /tainted dedicated/),
    "nodes-full": exposedBy("nodes", /DiskPressure/),
    "nodes-too-new": exposedBy("nodes", /nodes-in-step.*v1\.99\.0/),
    "deployment-status-stale": exposedBy("workloads", /argocd\/argocd-server.*wanted is 99/),
    "deployment-rollout-failed": exposedBy("workloads", /argocd\/argocd-server.*ProgressDeadlineExceeded/),
    "deployment-pods-refused": exposedBy("workloads", /argocd-repo-server.*exceeded quota/),
    "deployment-scaled-to-none": exposedBy("workloads", /argocd-notifications-controller.*scaled to 0/),
    "stateful-set-half-rolled": exposedBy("workloads", /argocd-application-controller.*rolling from/),
    "daemon-set-not-counted": exposedBy("workloads", /kube-proxy.*not counted/),
    "pod-flapping": exposedBy("workloads", /Pod argocd\/argocd-server-.*started 8 times/),
    "init-container-stuck": exposedBy("workloads", /cert-manager-webhook-.*copy:missing/),
    "api-without-endpoints": exposedBy("workloads", /APIService v1beta1\.metrics\.k8s\.io.*no addresses/),
    "claim-lost": exposedBy("workloads", /PersistentVolumeClaim argocd\/cache.*lost/),
    "autoscaler-without-metrics": exposedBy(
      "workloads",
      /HorizontalPodAutoscaler argocd\/server.*no metrics/,
    ),
    "budget-not-computed": exposedBy("workloads", /PodDisruptionBudget argocd\/server.*no controller/),
    "definition-version-not-served": exposedBy(
      "crds",
      /externalsecrets.*serves v1beta1, expected.*v1 served/,
    ),
    "definition-installing": exposedBy("crds", /Established=False \(Installing\)/),
    "definition-names-taken": exposedBy("crds", /NamesAccepted=False/),
    "definition-without-schema": exposedBy("crds", /NonStructuralSchema=True/),
    "definition-conversion-untrusted": exposedBy("crds", /conversion webhook.*no CA bundle/),
    "webhook-ca-is-none": exposedBy("webhooks", /no certificate in the CA bundle/),
    "webhook-mutating-without-ca": exposedBy("webhooks", /MutatingWebhookConfiguration.*no CA bundle/),
    "webhook-without-endpoints": exposedBy(
      "webhooks",
      /cert-manager\/cert-manager-webhook.*none of \d+ ready/,
    ),
    "kubernetes-out-of-support": exposedBy("end-of-life", /Kubernetes 1\.35.*not maintained since/),
  },
  "platform-step03": {
    "issuer-status-stale": exposedBy("issuers", /letsencrypt-production.*no current condition Ready/),
    "issuer-of-another-authority": exposedBy("issuers", /acme-staging-v02/),
    "issuer-without-account": exposedBy("issuers", /letsencrypt-production.*no account URI/),
    "store-path-unreadable": exposedBy("secret-store", /canary.*AccessDeniedException/),
    "store-not-validated": exposedBy("secret-store", /parameter-store.*ValidationUnknown/),
    "canary-not-refreshed": exposedBy("secret-store", /canary.*last refreshed at/),
    "canary-secret-gone": exposedBy("secret-store", /Secret external-secrets\/canary.*does not exist/),
  },
  observability: {
    "target-refuses": exposedBy("targets", /kubelet.*401 Unauthorized/),
    "targets-not-scraped": exposedBy("targets", /apiserver.*last scraped at/),
    "monitor-selects-nothing": exposedBy("targets", /coredns.*no target/),
  },
  resilience: {
    "backups-archived": exposedBy("retention", /move-to-glacier.*GLACIER/),
    "backup-location-stale": exposedBy("velero", /BackupStorageLocation default.*last validated at/),
    "backup-location-read-only": exposedBy("velero", /read-only/),
    "backup-schedule-paused": exposedBy("velero", /velero-daily.*paused/),
    "backups-not-made": exposedBy("velero", /last-backup-in-time.*none since/),
    "backup-partially-failed": exposedBy("velero", /velero-daily-partial: PartiallyFailed/),
    "backup-refused": exposedBy("velero", /velero-daily-refused.*location was not specified/),
    "backup-shrunk": exposedBy("velero", /4 items, the one before had 400/),
    "backup-without-volumes": exposedBy("velero", /velero-daily-objects.*0 volumes/),
    "backup-snapshot-lost": exposedBy("velero", /1 of 2 volume snapshots/),
    "backup-hook-failed": exposedBy("velero", /1 of 1 hooks failed/),
    "backup-expired": exposedBy("velero", /velero-daily-expired.*expired at/),
    "backup-repository-not-ready": exposedBy("velero", /backup-repository-ready.*NotReady/),
    "backups-expire-early": exposedBy("retention", /tidy-up.*deletes after 14 days/),
    "backup-agent-missing": exposedBy("velero", /node-agent.*available on 1 of \d nodes/),
  },
  app: {
    "edge-shows-its-own": exposedBy("certificate", /https:\/\/app\.strata\.example.*Fake Certificate/),
    "site-replaced": exposedBy("endpoint", /Online Boutique.*It works!|It works!.*Online Boutique/),
    "application-not-compared": exposedBy("argocd", /last compared at/),
    "application-left-alone": exposedBy("argocd", /skip-reconcile/),
    "application-unseen-since-sync": exposedBy("argocd", /not reconciled since the sync/),
    "application-syncing": exposedBy("argocd", /try 5: admission refused/),
    "application-hook-failed": exposedBy("argocd", /hook Job migrate Failed/),
    "application-comparison-error": exposedBy("argocd", /ComparisonError: failed to load/),
    "application-of-older-chart": exposedBy("argocd", /Synced to 0\.10\.5/),
    "application-empty": exposedBy("argocd", /0 resources/),
    "application-leftover": exposedBy("argocd", /should have been pruned/),
    "application-being-deleted": exposedBy("argocd", /being deleted/),
    "certificate-renewal-overdue": exposedBy("certificate", /renewal was due at/),
    "certificate-status-stale": exposedBy("certificate", /no current condition Ready/),
    "certificate-of-other-issuer": exposedBy("certificate", /issued by letsencrypt-staging/),
    "certificate-for-other-name": exposedBy("certificate", /www\.example\.org/),
    "redirect-missing": exposedBy("endpoint", /http:\/\/app\.strata\.example.*status 200/),
    "secret-not-refreshed": exposedBy("secrets", /onlineboutique-custom-secret.*last refreshed at/),
    "secret-of-older-generation": exposedBy("secrets", /wanted is 9/),
    "secret-orphaned": exposedBy("secrets", /not owned by this ExternalSecret/),
    "secret-without-key": exposedBy("secrets", /without custom-secret/),
  },
};
