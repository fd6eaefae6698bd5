# Dashboards are files of this layer: Grafana's sidecar loads every ConfigMap that bears this label, and what somebody
# changes in the browser is not saved. The chart brings its own, of nodes, workloads and volumes.
resource "kubernetes_config_map_v1" "dashboards" {
  for_each = fileset("${path.module}/dashboards", "*.json")

  metadata {
    name      = "dashboard-${trimsuffix(each.value, ".json")}"
    namespace = local.namespace

    labels = {
      "grafana_dashboard" = "1"
    }
  }

  data = {
    (each.value) = file("${path.module}/dashboards/${each.value}")
  }
}
