data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

data "terraform_remote_state" "observability" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "observability/terraform.tfstate"
    region = var.upstream.region
  }
}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
  prometheus = data.terraform_remote_state.observability.outputs.prometheus
  namespace  = kubernetes_namespace_v1.this.metadata[0].name
}

resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = "opencost"

    labels = {
      "pod-security.kubernetes.io/enforce" = "restricted"
      "pod-security.kubernetes.io/warn"    = "restricted"
      "pod-security.kubernetes.io/audit"   = "restricted"
    }
  }
}

resource "kubernetes_role_binding_v1" "release_readers" {
  metadata {
    name      = "strata:release-readers"
    namespace = local.namespace
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

# One pod, one more while a new version rolls out, and room for a person's debugging container.
resource "kubernetes_resource_quota_v1" "this" {
  metadata {
    name      = "layer"
    namespace = local.namespace
  }

  spec {
    hard = {
      "pods"            = "4"
      "requests.cpu"    = "500m"
      "requests.memory" = "1Gi"
      "limits.memory"   = "6Gi"
    }
  }
}
