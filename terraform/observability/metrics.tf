resource "helm_release" "kube_prometheus_stack" {
  name       = "kube-prometheus-stack"
  repository = local.charts["kube-prometheus-stack"].repository
  chart      = "kube-prometheus-stack"
  version    = local.charts["kube-prometheus-stack"].version
  namespace  = local.namespace

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    # They came with platform-step02, so that every layer may bring its monitors.
    crds = { enabled = false }

    # EKS runs these out of reach, and binds kube-proxy's metrics to the node's loopback.
    kubeControllerManager = { enabled = false }
    kubeEtcd              = { enabled = false }
    kubeProxy             = { enabled = false }
    kubeScheduler         = { enabled = false }

    defaultRules                 = { disabled = { for name in local.replaced_alerts : name => true } }
    additionalPrometheusRulesMap = merge(local.alert_rules, local.slo_rules)

    prometheus = {
      # Its chart would put the monitor in a namespace of its own choice, before this layer's exists.
      additionalServiceMonitors = [{
        name              = "cluster-autoscaler"
        namespaceSelector = { matchNames = ["kube-system"] }
        selector          = { matchLabels = { "app.kubernetes.io/instance" = "cluster-autoscaler" } }
        endpoints         = [{ port = "http" }]
      }]

      additionalPodMonitors = local.edge_monitors

      podDisruptionBudget = { enabled = var.high_availability }

      prometheusSpec = {
        replicas  = local.replicas.metrics
        retention = "${var.retention_days.metrics}d"
        resources = local.resources.prometheus

        # A full volume stops Prometheus; the oldest days go first.
        retentionSize = "${floor(var.volume_gib.metrics * 0.85)}GiB"

        podAntiAffinityTopologyKey = "topology.kubernetes.io/zone"

        # Tempo makes metrics of spans and writes them here, with a trace for each as example.
        enableRemoteWriteReceiver = true
        enableFeatures            = ["exemplar-storage"]
        exemplars                 = { maxSize = 100000 }

        # Tells this environment's alerts from another's once they leave the cluster.
        externalLabels = { environment = var.environment }

        # Without these only what the release itself made is scraped.
        podMonitorSelectorNilUsesHelmValues     = false
        probeSelectorNilUsesHelmValues          = false
        ruleSelectorNilUsesHelmValues           = false
        scrapeConfigSelectorNilUsesHelmValues   = false
        serviceMonitorSelectorNilUsesHelmValues = false

        # Backed up with its namespace by Velero's daily snapshots.
        storageSpec = {
          volumeClaimTemplate = {
            spec = {
              storageClassName = var.storage_class
              accessModes      = ["ReadWriteOnce"]
              resources        = { requests = { storage = "${var.volume_gib.metrics}Gi" } }
            }
          }
        }
      }
    }

    alertmanager = {
      config = local.alertmanager_config

      serviceAccount = {
        # The role trusts this name and no other.
        name        = local.alertmanager_account
        annotations = merge(values(module.alertmanager_role)[*].annotations...)
      }

      podDisruptionBudget = { enabled = var.high_availability }

      alertmanagerSpec = {
        replicas  = local.replicas.alertmanager
        resources = local.resources.alertmanager

        podAntiAffinityTopologyKey = "topology.kubernetes.io/zone"

        storage = {
          volumeClaimTemplate = {
            spec = {
              storageClassName = var.storage_class
              accessModes      = ["ReadWriteOnce"]
              resources        = { requests = { storage = "2Gi" } }
            }
          }
        }
      }
    }

    prometheusOperator         = { resources = local.resources.operator }
    "kube-state-metrics"       = { resources = local.resources.state_metrics }
    "prometheus-node-exporter" = { resources = local.resources.node_exporter }

    grafana = {
      resources = local.resources.grafana

      admin = {
        existingSecret = kubernetes_secret_v1.grafana_admin.metadata[0].name
        userKey        = "admin-user"
        passwordKey    = "admin-password"
      }

      extraInitContainers = local.grafana_init_containers

      "grafana.ini" = {
        server    = { root_url = "https://${local.host}" }
        analytics = { reporting_enabled = false }
      }

      # A volume that one node holds cannot be handed over while the old pod lives.
      deploymentStrategy = { type = "Recreate" }

      persistence = {
        enabled          = true
        size             = "${var.volume_gib.dashboards}Gi"
        storageClassName = var.storage_class
      }

      sidecar = {
        datasources = {
          exemplarTraceIdDestinations = { datasourceUid = "tempo", traceIdLabelName = "trace_id" }
        }
      }

      additionalDataSources = [
        {
          name   = "Loki"
          uid    = "loki"
          type   = "loki"
          access = "proxy"
          url    = local.loki
          jsonData = {
            # Grafana takes a single dollar for a variable of its own environment; two stay one.
            derivedFields = [{
              name          = "trace"
              matcherRegex  = "trace_?[iI][dD]\"?[:=]\\s*\"?(\\w+)"
              url           = "$$${__value.raw}"
              datasourceUid = "tempo"
            }]
          }
        },
        {
          name   = "Tempo"
          uid    = "tempo"
          type   = "tempo"
          access = "proxy"
          url    = local.tempo
          jsonData = {
            nodeGraph  = { enabled = true }
            serviceMap = { datasourceUid = "prometheus" }

            # Logs are labelled by app, spans by service.name; a line may come some minutes late.
            tracesToLogsV2 = {
              datasourceUid      = "loki"
              filterByTraceID    = true
              spanStartTimeShift = "-5m"
              spanEndTimeShift   = "5m"
              tags               = [{ key = "service.name", value = "app" }]
            }

            tracesToMetrics = {
              datasourceUid      = "prometheus"
              spanStartTimeShift = "-30m"
              spanEndTimeShift   = "30m"
              tags               = [{ key = "service.name", value = "service" }]

              queries = [
                { name = "Requests", query = "sum(rate(traces_spanmetrics_calls_total{$$__tags}[5m]))" },
                { name = "Errors", query = "sum(rate(traces_spanmetrics_calls_total{$$__tags,status_code=\"STATUS_CODE_ERROR\"}[5m]))" },
                { name = "Slowest of a hundred", query = "histogram_quantile(0.99, sum by (le) (rate(traces_spanmetrics_latency_bucket{$$__tags}[5m])))" },
              ]
            }
          }
        },
      ]
    }
  })]
}
