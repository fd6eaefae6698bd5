resource "helm_release" "tempo" {
  name       = "tempo"
  repository = local.charts["tempo"].repository
  chart      = "tempo"
  version    = local.charts["tempo"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    tempo = {
      reportingEnabled = false
      retention        = "${var.retention_days.traces * 24}h"
      resources        = local.resources.tempo

      # Rates, errors and durations of services out of their spans, and who calls whom. Each Prometheus scrapes by
      # itself, so each is written to.
      metricsGenerator = {
        enabled = true

        storage = {
          path = "/var/tempo/metrics"

          remote_write = [for ordinal in range(local.replicas.metrics) : {
            url            = "http://prometheus-kube-prometheus-stack-prometheus-${ordinal}.prometheus-operated:9090/api/v1/write"
            send_exemplars = true
          }]
        }
      }

      overrides = { defaults = { metrics_generator = { processors = ["service-graphs", "span-metrics"] } } }

      storage = {
        trace = {
          backend = "s3"
          s3 = {
            bucket   = aws_s3_bucket.telemetry["traces"].id
            endpoint = "s3.${var.region}.amazonaws.com"
            region   = var.region
          }
        }
      }
    }

    serviceAccount = {
      # The role trusts this name and no other.
      name        = local.stores.traces
      annotations = module.store_role["traces"].annotations
    }

    # Its volume holds the minutes that S3 has not yet.
    podAnnotations = { "backup.velero.io/backup-volumes-excludes" = "storage" }

    persistence = {
      enabled          = true
      size             = "${var.volume_gib.traces}Gi"
      storageClassName = var.storage_class
    }

    serviceMonitor = { enabled = true }
  })]

  depends_on = [
    aws_s3_bucket_lifecycle_configuration.telemetry,
    aws_s3_bucket_ownership_controls.telemetry,
    aws_s3_bucket_policy.telemetry,
    aws_s3_bucket_server_side_encryption_configuration.telemetry,
  ]
}

# Applications speak OTLP to the collector and need not know what keeps the traces.
resource "helm_release" "opentelemetry_collector" {
  name       = "opentelemetry-collector"
  repository = local.charts["opentelemetry-collector"].repository
  chart      = "opentelemetry-collector"
  version    = local.charts["opentelemetry-collector"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    mode         = "deployment"
    replicaCount = local.replicas.collector
    image        = { repository = "otel/opentelemetry-collector-k8s" }

    # The memory limiter reckons by the limit.
    resources           = merge(local.resources.collector, { limits = { memory = "512Mi" } })
    podDisruptionBudget = { enabled = var.high_availability, minAvailable = 1 }

    # Instead of the chart's own, which also listens for Jaeger and Zipkin and scrapes itself.
    alternateConfig = {
      extensions = { health_check = { endpoint = "$${env:MY_POD_IP}:13133" } }

      receivers = {
        otlp = {
          protocols = {
            grpc = { endpoint = "$${env:MY_POD_IP}:4317" }
            http = { endpoint = "$${env:MY_POD_IP}:4318" }
          }
        }
      }

      processors = {
        batch = {}
        memory_limiter = {
          check_interval         = "5s"
          limit_percentage       = 80
          spike_limit_percentage = 25
        }
      }

      exporters = {
        otlp = {
          endpoint = "${helm_release.tempo.name}:4317"
          tls      = { insecure = true }
        }
      }

      service = {
        extensions = ["health_check"]

        telemetry = {
          metrics = {
            readers = [{
              pull = { exporter = { prometheus = { host = "$${env:MY_POD_IP}", port = 8888 } } }
            }]
          }
        }

        pipelines = {
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
