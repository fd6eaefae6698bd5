data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  # On what AWS makes on our behalf, too, where the provider does not reach.
  tags = merge(var.tags, {
    "strata:environment" = var.environment
    "strata:layer"       = "resilience"
    "strata:managed-by"  = "terraform"
  })

  namespace = kubernetes_namespace_v1.this.metadata[0].name
}

# Privileged, because the node agent and its data movers read the volumes of pods through the host.
resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = "velero"

    labels = {
      "pod-security.kubernetes.io/enforce" = "privileged"
      "pod-security.kubernetes.io/warn"    = "privileged"
      "pod-security.kubernetes.io/audit"   = "baseline"
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
