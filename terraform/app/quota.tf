# What a container gets that asks for nothing: the chart's init container. Without it the quota would refuse its pod.
resource "kubernetes_limit_range_v1" "defaults" {
  metadata {
    name      = "defaults"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }

  spec {
    limit {
      type = "Container"

      default_request = {
        cpu    = "50m"
        memory = "64Mi"
      }

      default = {
        memory = "256Mi"
      }
    }
  }
}

resource "kubernetes_resource_quota_v1" "all" {
  metadata {
    name = "all"

    # Not before the defaults are there.
    namespace = kubernetes_limit_range_v1.defaults.metadata[0].namespace
  }

  spec {
    hard = {
      "requests.cpu"    = tostring(var.quota.cpu)
      "requests.memory" = "${var.quota.memory_gib}Gi"
      "pods"            = tostring(var.quota.pods)

      # The edge is the only way in.
      "services.loadbalancers" = "0"
      "services.nodeports"     = "0"
    }
  }
}
