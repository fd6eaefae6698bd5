data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

locals {
  foundation = data.terraform_remote_state.foundation.outputs

  host = "app.${var.domain}"
}

resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = "onlineboutique"

    labels = {
      "pod-security.kubernetes.io/enforce" = "baseline"
      "pod-security.kubernetes.io/warn"    = "restricted"
      "pod-security.kubernetes.io/audit"   = "restricted"
    }
  }
}

resource "kubernetes_manifest" "application" {
  manifest = {
    apiVersion = "argoproj.io/v1alpha1"
    kind       = "Application"

    metadata = {
      name      = "onlineboutique"
      namespace = "argocd"

      # Deleting the Application deletes what it installed, while ArgoCD still lives to do it.
      finalizers = ["resources-finalizer.argocd.argoproj.io"]
    }

    spec = {
      project = "default"

      source = {
        repoURL        = local.charts["onlineboutique"].repository
        chart          = "onlineboutique"
        targetRevision = local.charts["onlineboutique"].version

        helm = {
          valuesObject = {
            # The ingress is the only way in; the chart would open a load balancer of its own.
            frontend        = { externalService = false }
            networkPolicies = { create = true }
            seccompProfile  = { enable = true }
          }
        }
      }

      destination = {
        server    = "https://kubernetes.default.svc"
        namespace = kubernetes_namespace_v1.this.metadata[0].name
      }

      syncPolicy = {
        automated = {
          prune    = true
          selfHeal = true
        }
      }
    }
  }

  # The controller writes who deleted what into the finalizers of a going object.
  computed_fields = ["metadata.labels", "metadata.annotations", "metadata.finalizers"]
}

moved {
  from = module.certificate_reader
  to   = module.secret_reader
}

module "secret_reader" {
  source = "../modules/secret-reader"

  namespace = kubernetes_namespace_v1.this.metadata[0].name
  # The load balancer's certificate is no Secret.
  secret_names = [for name in ["frontend-tls", "onlineboutique-custom-secret"] : name if var.edge != "alb" || name != "frontend-tls"]
  group        = "strata:validators"
}
