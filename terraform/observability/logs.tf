resource "helm_release" "loki" {
  name       = "loki"
  repository = local.charts["loki"].repository
  chart      = "loki"
  version    = local.charts["loki"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    deploymentMode = "Monolithic"

    loki = {
      auth_enabled = false
      analytics    = { reporting_enabled = false }

      # Three copies of what is not in S3 yet: a write needs two of them.
      commonConfig = { replication_factor = local.replicas.logs }

      storage = {
        type = "s3"
        s3   = { region = var.region }

        # Rules are Prometheus' own; the chart wants the name all the same.
        bucketNames = {
          chunks = aws_s3_bucket.telemetry["logs"].id
          ruler  = aws_s3_bucket.telemetry["logs"].id
        }
      }

      schemaConfig = {
        configs = [{
          from         = "2024-04-01"
          store        = "tsdb"
          object_store = "s3"
          schema       = "v13"
          index        = { prefix = "loki_index_", period = "24h" }
        }]
      }

      limits_config = { retention_period = "${var.retention_days.logs * 24}h" }

      compactor = {
        retention_enabled    = true
        delete_request_store = "s3"
      }
    }

    serviceAccount = {
      # The role trusts this name and no other.
      name        = local.stores.logs
      annotations = module.store_role["logs"].annotations
    }

    # The sidecar looks for alert rules of Loki's own ruler; ours are all in Prometheus.
    sidecar = { rules = { enabled = false } }

    singleBinary = {
      replicas            = local.replicas.logs
      podDisruptionBudget = { enabled = var.high_availability, maxUnavailable = 1 }
      resources           = local.resources.loki

      # Its volume holds what S3 has not yet, for hours: no backup could bring that back in time.
      podAnnotations = { "backup.velero.io/backup-volumes-excludes" = "storage" }

      persistence = {
        enabled      = true
        size         = "${var.volume_gib.logs}Gi"
        storageClass = var.storage_class
        labels       = { "velero.io/exclude-from-backup" = "true" }
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

  # Nothing is written before the bucket refuses plain HTTP, public objects and other keys.
  depends_on = [
    aws_s3_bucket_lifecycle_configuration.telemetry,
    aws_s3_bucket_ownership_controls.telemetry,
    aws_s3_bucket_policy.telemetry,
    aws_s3_bucket_server_side_encryption_configuration.telemetry,
  ]
}

# Alloy instead of Promtail, which ended on 2026-03-02.
resource "helm_release" "alloy" {
  name       = "alloy"
  repository = local.charts["alloy"].repository
  chart      = "alloy"
  version    = local.charts["alloy"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    # PodLogs, a kind that nothing here uses.
    crds = { create = false }

    # Every node, also one with a taint, has logs to tell.
    controller = {
      type        = "daemonset"
      tolerations = [{ operator = "Exists" }]
    }

    alloy = {
      resources       = local.resources.alloy
      enableReporting = false
      mounts          = { varlog = true }
      configMap       = { content = templatefile("${path.module}/alloy.alloy.tftpl", { loki = local.loki }) }
    }

    serviceMonitor = { enabled = true }
  })]

  depends_on = [helm_release.loki]
}
