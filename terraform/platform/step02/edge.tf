# Whichever edge is chosen lives in the namespace edge, which holds the one way in: a Service of type LoadBalancer or,
# with an Application Load Balancer (alb.tf), an Ingress. That is how the load-balancer gate finds it without knowing
# the choice.

locals {
  has_gateway = var.edge == "envoy"

  load_balancer_annotations = {
    "service.beta.kubernetes.io/aws-load-balancer-type"                              = "nlb"
    "service.beta.kubernetes.io/aws-load-balancer-scheme"                            = "internet-facing"
    "service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled" = "true"
    "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags" = join(",", [
      "strata:environment=${var.environment}",
      "strata:layer=platform-step02",
      "strata:managed-by=terraform",
    ])
  }
}

# -----------------------------------------------------------------------------
# nginx
# -----------------------------------------------------------------------------

resource "helm_release" "ingress_nginx" {
  count = var.edge == "nginx" ? 1 : 0

  name       = "ingress-nginx"
  repository = local.charts["ingress-nginx"].repository
  chart      = "ingress-nginx"
  version    = local.charts["ingress-nginx"].version
  namespace  = local.release_namespaces["edge"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    controller = {
      replicaCount = var.ingress_replicas

      service = {
        # HTTP-01 challenges are answered on port 80.
        enableHttp = true

        # Keeps the client's address, and health checks only pass on nodes that run a controller.
        externalTrafficPolicy = "Local"
        annotations           = local.load_balancer_annotations
      }

      topologySpreadConstraints = local.spread.ingress_nginx

      # For all hosts at once; an annotation would leave it to each Ingress.
      config = { for rate in var.rate_limit[*] : "http-snippet" => join("\n", [
        "limit_req_zone $binary_remote_addr zone=edge:10m rate=${rate}r/s;",
        "limit_req zone=edge burst=${rate} nodelay;",
        "limit_req_status 429;",
      ]) }

      metrics = {
        enabled        = true
        serviceMonitor = { enabled = true }
      }
    }
  })]

  depends_on = [helm_release.prometheus_operator_crds]
}

# -----------------------------------------------------------------------------
# envoy
# -----------------------------------------------------------------------------

# The control plane only; gateway.tf has what it is asked for.
resource "helm_release" "envoy_gateway" {
  count = local.has_gateway ? 1 : 0

  name       = "envoy-gateway"
  repository = local.charts["gateway-helm"].repository
  chart      = "gateway-helm"
  version    = local.charts["gateway-helm"].version
  namespace  = local.release_namespaces["edge"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    deployment = {
      replicas = 2
      pod      = { topologySpreadConstraints = local.spread.envoy_gateway }
    }

    podDisruptionBudget = { minAvailable = 1 }
  })]
}
