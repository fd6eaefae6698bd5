data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

data "aws_caller_identity" "current" {}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
  account_id = data.aws_caller_identity.current.account_id
  namespace  = kubernetes_namespace_v1.this.metadata[0].name
  host       = "grafana.${var.domain}"

  # Services of the releases, inside the namespace.
  loki  = "http://loki:3100"
  tempo = "http://tempo:3200"
}

# Pixie is not here: its operator's chart has no published versions to pin, its last stable release is of January 2025,
# it needs the Operator Lifecycle Manager and a cloud of somebody else. Whoever wants traces without changing the
# application sends those of OpenTelemetry's eBPF instrumentation to the collector.

# Privileged, because the node exporter shares the node's network and processes and Alloy reads its logs.
resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = "observability"

    labels = {
      "pod-security.kubernetes.io/enforce" = "privileged"
      "pod-security.kubernetes.io/warn"    = "privileged"
      "pod-security.kubernetes.io/audit"   = "baseline"
    }
  }
}

# -----------------------------------------------------------------------------
# Who may read which secret
# -----------------------------------------------------------------------------

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

module "certificate_reader" {
  source = "../modules/secret-reader"
  count  = var.edge == "alb" ? 0 : 1

  namespace    = local.namespace
  secret_names = ["grafana-tls"]
  group        = "strata:validators"
}

moved {
  from = module.certificate_reader
  to   = module.certificate_reader[0]
}
