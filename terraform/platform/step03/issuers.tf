locals {
  acme_servers = {
    "letsencrypt-staging"    = "https://acme-staging-v02.api.letsencrypt.org/directory"
    "letsencrypt-production" = "https://acme-v02.api.letsencrypt.org/directory"
  }

  solvers = {
    http01 = jsonencode([{
      http01 = { ingress = { ingressClassName = "nginx" } }
    }])

    # The controller's own service account bears the role for the zone.
    dns01 = jsonencode([{
      selector = { dnsZones = [var.domain] }
      dns01 = {
        route53 = {
          region       = var.region
          hostedZoneID = local.foundation.zone_id
        }
      }
    }])
  }
}

resource "kubernetes_manifest" "issuers" {
  for_each = local.acme_servers

  manifest = {
    apiVersion = "cert-manager.io/v1"
    kind       = "ClusterIssuer"
    metadata   = { name = each.key }

    spec = {
      acme = {
        server              = each.value
        email               = var.email
        privateKeySecretRef = { name = "${each.key}-account" }
        solvers             = jsondecode(local.solvers[var.challenge])
      }
    }
  }
}
