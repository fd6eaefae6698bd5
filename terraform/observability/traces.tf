resource "helm_release" "tempo" {
  name       = "tempo"
  repository = "https://grafana-community.github.io/helm-charts"
  chart      = "tempo"
  version    = "2.2.4"
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    tempo = {
      reportingEnabled = false
      retention        = "${var.retention_days.traces * 24}h"
    }

    persistence = {
      enabled          = true
      size             = "${var.volume_gib.traces}Gi"
      storageClassName = var.storage_class
    }

    serviceMonitor = { enabled = true }
  })]
}

# Applications speak OTLP to the collector and need not know what keeps the traces.
resource "helm_release" "opentelemetry_collector" {
  name       = "opentelemetry-collector"
  repository = "https://open-telemetry.github.io/opentelemetry-helm-charts"
  chart      = "opentelemetry-collector"
  version    = "0.170.0"
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    mode         = "deployment"
    replicaCount = 2
    image        = { repository = "otel/opentelemetry-collector-k8s" }

    podDisruptionBudget = { enabled = true, minAvailable = 1 }

    config = {
      receivers = {
        jaeger     = null
        prometheus = null
        zipkin     = null
      }

      exporters = {
        otlp = {
          endpoint = "${helm_release.tempo.name}:4317"
          tls      = { insecure = true }
        }
      }

      service = {
        pipelines = {
          logs    = null
          metrics = null

          traces = {
            receivers  = ["otlp"]
            processors = ["memory_limiter", "batch"]
            exporters  = ["otlp"]
          }
        }
      }
    }

    ports = {
      jaeger-compact = { enabled = false }
      jaeger-grpc    = { enabled = false }
      jaeger-thrift  = { enabled = false }
      metrics        = { enabled = true }
      zipkin         = { enabled = false }
    }

    serviceMonitor = { enabled = true }
  })]
}
