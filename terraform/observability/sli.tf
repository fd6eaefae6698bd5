# How the edge counts what visitors get. Asked at the edge and not in the application: a request that no pod could
# take is one that only the edge knows of.

locals {
  # Counter of all requests, what marks the failed ones (ours, not the visitor's), histogram of how long they took,
  # and how many of its units a second has. Edge and application are told apart by labels.
  sources = {
    nginx = {
      app = {
        requests         = "nginx_ingress_controller_requests"
        failed           = "status=~\"5..\""
        duration         = "nginx_ingress_controller_request_duration_seconds"
        units_per_second = 1
        selector         = "host=\"app.${var.domain}\""
        by               = "host"
      }
      edge = {
        requests         = "nginx_ingress_controller_requests"
        failed           = "status=~\"5..\""
        duration         = "nginx_ingress_controller_request_duration_seconds"
        units_per_second = 1
        selector         = "host!=\"_\""
        by               = "host"
      }
    }
    envoy = {
      app = {
        requests         = "envoy_cluster_upstream_rq_xx"
        failed           = "envoy_response_code_class=\"5\""
        duration         = "envoy_cluster_upstream_rq_time"
        units_per_second = 1000
        selector         = "envoy_cluster_name=~\"httproute/onlineboutique/frontend/.*\""
        by               = "envoy_cluster_name"
      }
      edge = {
        requests         = "envoy_http_downstream_rq_xx"
        failed           = "envoy_response_code_class=\"5\""
        duration         = "envoy_http_downstream_rq_time"
        units_per_second = 1000
        selector         = "envoy_http_conn_manager_prefix=~\"https?-.*\""
        by               = "envoy_http_conn_manager_prefix"
      }
    }

    # A load balancer counts in CloudWatch, where Prometheus does not look; platform-step03 has its alarms.
    alb = {}
  }[var.edge]

  rejected_configuration = {
    nginx = "min(nginx_ingress_controller_config_last_reload_successful) == 0"
    envoy = "sum(increase(envoy_listener_manager_lds_update_rejected[10m])) > 0 or sum(increase(envoy_cluster_manager_cds_update_rejected[10m])) > 0"
    alb   = "sum(increase(controller_runtime_reconcile_errors_total{namespace=\"edge\",controller=\"ingress\"}[10m])) > 0"
  }

  # What to look at first; what visitors may still bear is said in slo.tf.
  counted_alerts = [for service, source in local.sources : {
    EdgeErrors = {
      expr     = "sum by (${source.by}) (rate(${source.requests}{${source.selector},${source.failed}}[5m])) / sum by (${source.by}) (rate(${source.requests}{${source.selector}}[5m])) > 0.05"
      for      = "10m"
      severity = "critical"
      summary  = "{{ $value | humanizePercentage }} of the requests to {{ $labels.${source.by} }} fail at the edge or behind it."
    }

    EdgeSlow = {
      expr     = "histogram_quantile(0.99, sum by (le, ${source.by}) (rate(${source.duration}_bucket{${source.selector}}[5m]))) > ${5 * source.units_per_second}"
      for      = "15m"
      severity = "warning"
      summary  = "One request in a hundred to {{ $labels.${source.by} }} takes longer than 5 seconds."
    }
  } if service == "edge"]

  edge_alerts = {
    edge = merge(flatten([local.counted_alerts, {
      EdgeConfigurationRejected = {
        expr     = local.rejected_configuration[var.edge]
        for      = "10m"
        severity = "critical"
        summary  = "The edge refuses its new configuration and goes on with the old one."
      }
    }])...)
  }
}

# The proxies of Envoy are made by its gateway, and nobody monitors them but us.
locals {
  edge_monitors = {
    nginx = []
    alb   = []
    envoy = [{
      name              = "envoy"
      namespaceSelector = { matchNames = ["edge"] }
      selector          = { matchLabels = { "gateway.envoyproxy.io/owning-gateway-name" = "edge" } }

      podMetricsEndpoints = [{
        port = "metrics"
        path = "/stats/prometheus"
      }]
    }]
  }[var.edge]
}
