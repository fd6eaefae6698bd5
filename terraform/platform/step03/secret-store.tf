# By Pod Identity the role belongs to external-secrets' own account, and the store says nothing of it.
resource "kubernetes_service_account_v1" "secret_store" {
  count = local.foundation.pod_identity ? 0 : 1

  metadata {
    name      = "secret-store"
    namespace = "external-secrets"

    annotations = {
      "eks.amazonaws.com/role-arn" = local.foundation.irsa_role_arns["secret-store"]
    }
  }

  # external-secrets asks for a token of this account itself; no pod runs under it.
  automount_service_account_token = false
}

resource "kubernetes_manifest" "parameter_store" {
  manifest = {
    apiVersion = "external-secrets.io/v1"
    kind       = "ClusterSecretStore"
    metadata   = { name = "parameter-store" }

    spec = {
      provider = {
        aws = merge(
          {
            service = "ParameterStore"
            region  = var.region
          },
          {
            for account in kubernetes_service_account_v1.secret_store : "auth" => {
              jwt = {
                serviceAccountRef = {
                  name      = account.metadata[0].name
                  namespace = account.metadata[0].namespace
                }
              }
            }
          },
        )
      }
    }
  }
}

# -----------------------------------------------------------------------------
# Canary: a ready store proves that the role can be taken, not that it may read
# -----------------------------------------------------------------------------

resource "random_password" "canary" {
  length  = 32
  special = false
}

resource "aws_ssm_parameter" "canary" {
  name        = "/${var.environment}/canary"
  description = "Read by external-secrets to show that it can; protects nothing."
  type        = "SecureString"
  value       = random_password.canary.result

  lifecycle {
    # Whoever proves the way may write a new value.
    ignore_changes = [value]
  }
}

resource "kubernetes_manifest" "canary" {
  manifest = {
    apiVersion = "external-secrets.io/v1"
    kind       = "ExternalSecret"

    metadata = {
      name      = "canary"
      namespace = "external-secrets"
    }

    spec = {
      refreshPolicy   = "Periodic"
      refreshInterval = "5m0s"

      secretStoreRef = {
        kind = "ClusterSecretStore"
        name = "parameter-store"
      }

      target = {
        name           = "canary"
        creationPolicy = "Owner"
        deletionPolicy = "Retain"
      }

      data = [{
        secretKey = "value"

        remoteRef = {
          key                = aws_ssm_parameter.canary.name
          conversionStrategy = "Default"
          decodingStrategy   = "None"
          metadataPolicy     = "None"
        }
      }]
    }
  }

  depends_on = [kubernetes_manifest.parameter_store]
}

module "canary_reader" {
  source = "../../modules/secret-reader"

  namespace    = "external-secrets"
  secret_names = ["canary"]
  group        = "strata:validators"
}
