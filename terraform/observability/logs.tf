resource "helm_release" "loki" {
  name       = "loki"
  repository = "https://grafana-community.github.io/helm-charts"
  chart      = "loki"
  version    = "18.11.0"
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    deploymentMode = "Monolithic"

    loki = {
      auth_enabled = false
      analytics    = { reporting_enabled = false }
      commonConfig = { replication_factor = 1 }
      storage      = { type = "filesystem" }

      schemaConfig = {
        configs = [{
          from         = "2024-04-01"
          store        = "tsdb"
          object_store = "filesystem"
          schema       = "v13"
          index        = { prefix = "loki_index_", period = "24h" }
        }]
      }

      limits_config = { retention_period = "${var.retention_days.logs * 24}h" }

      compactor = {
        retention_enabled    = true
        delete_request_store = "filesystem"
      }
    }

    singleBinary = {
      replicas = 1

      persistence = {
        enabled      = true
        size         = "${var.volume_gib.logs}Gi"
        storageClass = var.storage_class
      }
    }

    # The chart refuses a single binary beside the targets of the scalable mode, three each by default.
    backend = { replicas = 0 }
    read    = { replicas = 0 }
    write   = { replicas = 0 }

    # One process caches in itself; the memcached of the default asks for 9830 MiB.
    chunksCache  = { enabled = false }
    resultsCache = { enabled = false }
    gateway      = { enabled = false }
    lokiCanary   = { enabled = false }
    test         = { enabled = false }

    monitoring = { serviceMonitor = { enabled = true } }
  })]
}

resource "helm_release" "alloy" {
  name       = "alloy"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "alloy"
  version    = "1.11.1"
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    # PodLogs, a kind that nothing here uses.
    crds = { create = false }

    controller = { type = "daemonset" }

    alloy = {
      enableReporting = false
      mounts          = { varlog = true }
      configMap       = { content = templatefile("${path.module}/alloy.alloy.tftpl", { loki = local.loki }) }
    }

    serviceMonitor = { enabled = true }
  })]

  depends_on = [helm_release.loki]
}
