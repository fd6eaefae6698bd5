locals {
  acme_servers = {
    "letsencrypt-staging"    = "https://acme-staging-v02.api.letsencrypt.org/directory"
    "letsencrypt-production" = "https://acme-v02.api.letsencrypt.org/directory"
  }

  # The answer to a challenge comes through the same edge as everything else.
  http01_solvers = {
    nginx = jsonencode({ ingress = { ingressClassName = "nginx" } })

    envoy = jsonencode({
      gatewayHTTPRoute = {
        parentRefs = [{
          group       = "gateway.networking.k8s.io"
          kind        = "Gateway"
          name        = "edge"
          namespace   = "edge"
          sectionName = "http"
        }]
      }
    })
  }

  challenge = coalesce(var.challenge, var.edge == "alb" ? "dns01" : "http01")

  solvers = {
    http01 = jsonencode([for edge, solver in local.http01_solvers : { http01 = jsondecode(solver) } if edge == var.edge])

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
        solvers             = jsondecode(local.solvers[local.challenge])
      }
    }
  }
}
