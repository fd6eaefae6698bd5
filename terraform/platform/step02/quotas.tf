# What the workloads of a namespace may take together, and what a container gets that asks for nothing. Without the
# second, the first would refuse such containers, so every release waits for it.

locals {
  # About twice what runs, since a rollout has old and new side by side.
  quotas = {
    "argocd"           = { cpu = 4, memory_gib = 8, pods = 50, load_balancers = 0 }
    "cert-manager"     = { cpu = 2, memory_gib = 2, pods = 20, load_balancers = 0 }
    "external-secrets" = { cpu = 2, memory_gib = 2, pods = 20, load_balancers = 0 }

    "edge" = {
      cpu            = 2 + var.ingress_replicas
      memory_gib     = 4 + 2 * var.ingress_replicas
      pods           = 20 + 4 * var.ingress_replicas
      load_balancers = 1
    }
  }

  # The namespace of each release, known to have its defaults.
  release_namespaces = { for name, limits in kubernetes_limit_range_v1.this : name => limits.metadata[0].namespace }
}

resource "kubernetes_limit_range_v1" "this" {
  for_each = local.quotas

  metadata {
    name      = "defaults"
    namespace = kubernetes_namespace_v1.this[each.key].metadata[0].name
  }

  spec {
    limit {
      type = "Container"

      # No limits: a controller that is throttled or killed for its memory is worse than one that takes more.
      default_request = {
        cpu    = "50m"
        memory = "64Mi"
      }
    }
  }
}

resource "kubernetes_resource_quota_v1" "this" {
  for_each = local.quotas

  metadata {
    name      = "all"
    namespace = local.release_namespaces[each.key]
  }

  spec {
    hard = {
      "requests.cpu"           = tostring(each.value.cpu)
      "requests.memory"        = "${each.value.memory_gib}Gi"
      "pods"                   = tostring(each.value.pods)
      "services.loadbalancers" = tostring(each.value.load_balancers)
    }
  }
}
