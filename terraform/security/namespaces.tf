locals {
  # Enforced pod security by namespace, and the most that its pods may ask for: what runs there twice over, so
  # that a rollout finds room and a loop does not fill the cluster.
  namespaces = {
    "kyverno" = {
      standard = "restricted"
      quota    = { "pods" = "30", "requests.cpu" = "4", "requests.memory" = "6Gi", "limits.memory" = "12Gi" }
    }
    "trivy-system" = {
      standard = "baseline"
      quota    = { "pods" = "30", "requests.cpu" = "4", "requests.memory" = "6Gi", "limits.memory" = "16Gi" }
    }
    "prowler" = {
      standard = "restricted"
      quota    = { "pods" = "4", "requests.cpu" = "2", "requests.memory" = "4Gi", "limits.memory" = "8Gi" }
    }
  }
}

resource "kubernetes_namespace_v1" "this" {
  for_each = local.namespaces

  metadata {
    name = each.key

    labels = {
      "pod-security.kubernetes.io/enforce" = each.value.standard
      "pod-security.kubernetes.io/warn"    = "restricted"
      "pod-security.kubernetes.io/audit"   = "restricted"
    }
  }
}

resource "kubernetes_resource_quota_v1" "this" {
  for_each = local.namespaces

  metadata {
    name      = "layer"
    namespace = local.namespace[each.key]
  }

  spec {
    hard = each.value.quota
  }
}

# A quota refuses a container that does not say what it needs; hooks of charts do not.
resource "kubernetes_limit_range_v1" "this" {
  for_each = local.namespaces

  metadata {
    name      = "layer"
    namespace = local.namespace[each.key]
  }

  spec {
    limit {
      type            = "Container"
      default         = { memory = "256Mi" }
      default_request = { cpu = "50m", memory = "64Mi" }
    }
  }
}

# Prowler is no release, so there is nothing of Helm's to read.
resource "kubernetes_role_binding_v1" "release_readers" {
  for_each = setsubtract(keys(local.namespaces), ["prowler"])

  metadata {
    name      = "strata:release-readers"
    namespace = local.namespace[each.key]
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "strata:release-readers"
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "strata:planners"
  }
}
