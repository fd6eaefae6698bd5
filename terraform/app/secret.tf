variable "rotation" {
  description = "How often the shop's secret is made anew: the first deploy of each month, quarter or year writes another one to Parameter Store, and external-secrets brings it into the cluster within the hour. Costs nothing. null (default): never by itself."
  type        = string
  default     = null

  validation {
    condition     = var.rotation == null || contains(["monthly", "quarterly", "yearly"], coalesce(var.rotation, "none"))
    error_message = "rotation must be monthly, quarterly, yearly or null."
  }
}

locals {
  # The period that the plan is made in, such as 2026-Q4: with a new one comes a new secret. The first plan of a period
  # shows it, and so does the first drift scan.
  period = {
    monthly   = formatdate("YYYY-MM", plantimestamp())
    quarterly = "${formatdate("YYYY", plantimestamp())}-Q${ceil(tonumber(formatdate("M", plantimestamp())) / 3)}"
    yearly    = formatdate("YYYY", plantimestamp())
  }

  rotation_keepers = var.rotation == null ? null : { period = local.period[var.rotation] }
}

resource "random_password" "custom" {
  length  = 32
  special = false
  keepers = local.rotation_keepers
}

resource "aws_ssm_parameter" "custom" {
  name        = "/${var.environment}/onlineboutique/custom-secret"
  description = "A secret of Online Boutique; change it here and the cluster follows within the hour."
  type        = "SecureString"
  value       = random_password.custom.result

  lifecycle {
    # Whoever writes another value keeps it until the next rotation.
    ignore_changes       = [value]
    replace_triggered_by = [random_password.custom]
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
