locals {
  trivy_server_port = "4954"
}

# Scans what runs, whoever started it, and keeps the reports beside the workloads. Its definitions come from the
# chart's folder: Helm never upgrades or deletes them.
resource "helm_release" "trivy_operator" {
  name       = "trivy-operator"
  repository = local.charts["trivy-operator"].repository
  chart      = "trivy-operator"
  version    = local.charts["trivy-operator"].version
  namespace  = local.namespace["trivy-system"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    operator = {
      # One database for all scans instead of a download for each; 5 GiB of gp3, about half a dollar a month.
      builtInTrivyServer      = true
      scanJobsConcurrentLimit = var.scan_jobs

      # Looks into the node through the host, which the namespace's standard forbids; Bottlerocket's root is
      # read-only and has nothing of what it looks for.
      infraAssessmentScannerEnabled = false

      # Bills of materials of every image would fill the API server's store, which EKS bounds.
      sbomGenerationEnabled = false
    }

    trivy = {
      severity         = join(",", var.scan_severities)
      ignoreUnfixed    = var.scan_ignores_unfixed
      storageClassName = local.platform.storage_class
    }

    resources = {
      requests = { cpu = "100m", memory = "256Mi" }
      limits   = { memory = "1Gi" }
    }

    podSecurityContext = {
      runAsNonRoot   = true
      runAsUser      = 10000
      seccompProfile = { type = "RuntimeDefault" }
    }

    serviceMonitor = { enabled = true }
  })]

  depends_on = [
    kubernetes_limit_range_v1.this,
    kubernetes_network_policy_v1.default,
    kubernetes_network_policy_v1.trivy_server,
    kubernetes_resource_quota_v1.this,
  ]
}
