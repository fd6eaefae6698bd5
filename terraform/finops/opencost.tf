locals {
  # What the restricted standard asks for; the images run as this user anyway.
  pod_security = {
    runAsNonRoot   = true
    runAsUser      = 1001
    seccompProfile = { type = "RuntimeDefault" }
  }

  container_security = {
    allowPrivilegeEscalation = false
    capabilities             = { drop = ["ALL"] }
  }

  service_account = "opencost"
}

# List prices come from AWS's public price list, without credentials. One replica: a second one would ask
# Prometheus the same questions and answer nothing that the first does not.
resource "helm_release" "opencost" {
  name       = "opencost"
  repository = local.charts["opencost"].repository
  chart      = "opencost"
  version    = local.charts["opencost"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    clusterName = local.foundation.cluster_name

    serviceAccount = {
      name        = local.service_account
      annotations = merge(module.opencost_role[*].annotations...)
    }

    podSecurityContext = local.pod_security

    opencost = {
      exporter = {
        # The name under which this cluster's costs stand where several clusters' are put together.
        defaultClusterId = local.foundation.cluster_name
        securityContext  = local.container_security

        resources = {
          requests = { cpu = "50m", memory = "128Mi" }
          limits   = { memory = "1Gi" }
        }
      }

      prometheus = {
        internal = {
          enabled       = true
          serviceName   = local.prometheus.service
          namespaceName = local.prometheus.namespace
          port          = local.prometheus.port
        }
      }

      # It answers questions of assistants without asking who they are.
      mcp = { enabled = false }

      ui = {
        enabled         = var.ui
        securityContext = local.container_security

        resources = {
          requests = { cpu = "10m", memory = "55Mi" }
          limits   = { memory = "256Mi" }
        }
      }

      # Its metrics (prices of nodes, costs of load balancers) are what later questions are answered from.
      metrics = { serviceMonitor = { enabled = true } }
    }
  })]

  depends_on = [kubernetes_network_policy_v1.this, kubernetes_resource_quota_v1.this]
}
