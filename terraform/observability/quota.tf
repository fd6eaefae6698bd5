# What a container gets that asks for nothing: the charts' sidecars and hooks. Without it the quota would refuse them.
resource "kubernetes_limit_range_v1" "defaults" {
  metadata {
    name      = "defaults"
    namespace = local.namespace
  }

  spec {
    limit {
      type = "Container"

      default_request = {
        cpu    = "10m"
        memory = "64Mi"
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
      "requests.cpu"           = tostring(var.quota.cpu)
      "requests.memory"        = "${var.quota.memory_gib}Gi"
      "pods"                   = tostring(var.quota.pods)
      "persistentvolumeclaims" = tostring(var.quota.volumes)
      "services.loadbalancers" = "0"
      "services.nodeports"     = "0"
    }
  }

}
