resource "random_password" "custom" {
  length  = 32
  special = false
}

resource "aws_ssm_parameter" "custom" {
  name        = "/${var.environment}/onlineboutique/custom-secret"
  description = "A secret of Online Boutique; change it here and the cluster follows within the hour."
  type        = "SecureString"
  value       = random_password.custom.result

  lifecycle {
    # The first value only: rotation happens in Parameter Store.
    ignore_changes = [value]
  }
}

resource "kubernetes_manifest" "custom_secret" {
  manifest = {
    apiVersion = "external-secrets.io/v1"
    kind       = "ExternalSecret"

    metadata = {
      name = "onlineboutique-custom-secret"

      # The id is known once the namespace exists, the name long before: the API server would be asked
      # about an object in a namespace that it does not have yet.
      namespace = kubernetes_namespace_v1.this.id
    }

    spec = {
      refreshPolicy   = "Periodic"
      refreshInterval = "1h0m0s"

      secretStoreRef = {
        kind = "ClusterSecretStore"
        name = "parameter-store"
      }

      target = {
        name           = "onlineboutique-custom-secret"
        creationPolicy = "Owner"
        deletionPolicy = "Retain"
      }

      data = [{
        secretKey = "custom-secret"

        remoteRef = {
          key                = aws_ssm_parameter.custom.name
          conversionStrategy = "Default"
          decodingStrategy   = "None"
          metadataPolicy     = "None"
        }
      }]
    }
  }
}
