# The Application Load Balancer: an Ingress group, made by AWS Load Balancer Controller. What belongs to all of it
# stands in the class, where no application can change it; each application brings an Ingress of that class. Its
# Gateway API would do as well, but the chart brings no definitions of it, and nothing else here would need them.

locals {
  has_alb = var.edge == "alb"

  alb = {
    name            = "${var.environment}-edge"
    service_account = "aws-load-balancer-controller"

    tags = merge(var.tags, {
      "strata:environment" = var.environment
      "strata:layer"       = "platform-step02"
      "strata:managed-by"  = "terraform"
    })
  }
}

# -----------------------------------------------------------------------------
# Certificate: of AWS, since a load balancer takes no other that renews itself
# -----------------------------------------------------------------------------

resource "aws_acm_certificate" "edge" {
  count = local.has_alb ? 1 : 0

  domain_name       = "*.${var.domain}"
  validation_method = "DNS"

  tags = { Name = "${var.environment}-edge" }

  lifecycle {
    # The listener holds the old one until it has the new one.
    create_before_destroy = true
  }
}

# It stays: AWS looks for it again before each renewal.
resource "aws_route53_record" "certificate" {
  count = local.has_alb ? 1 : 0

  zone_id = local.foundation.zone_id
  name    = one(aws_acm_certificate.edge[0].domain_validation_options).resource_record_name
  type    = one(aws_acm_certificate.edge[0].domain_validation_options).resource_record_type
  records = [one(aws_acm_certificate.edge[0].domain_validation_options).resource_record_value]
  ttl     = 60
}

resource "aws_acm_certificate_validation" "edge" {
  count = local.has_alb ? 1 : 0

  certificate_arn         = aws_acm_certificate.edge[0].arn
  validation_record_fqdns = [aws_route53_record.certificate[0].fqdn]

  timeouts {
    # Usually minutes; the layer's apply waits 45 in all.
    create = "20m"
  }
}

# -----------------------------------------------------------------------------
# Controller
# -----------------------------------------------------------------------------

resource "helm_release" "aws_load_balancer_controller" {
  count = local.has_alb ? 1 : 0

  name       = "aws-load-balancer-controller"
  repository = local.charts["aws-load-balancer-controller"].repository
  chart      = "aws-load-balancer-controller"
  version    = local.charts["aws-load-balancer-controller"].version
  namespace  = local.release_namespaces["edge"]

  atomic  = false
  wait    = true
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    clusterName = local.foundation.cluster_name
    region      = var.region
    vpcId       = local.foundation.vpc_id
    defaultTags = local.alb.tags

    replicaCount              = 2
    podDisruptionBudget       = { maxUnavailable = 1 }
    topologySpreadConstraints = local.spread.aws_load_balancer_controller

    serviceAccount = {
      # The role trusts this name and no other.
      name        = local.alb.service_account
      annotations = module.load_balancer_controller_role[0].annotations
    }

    # The chart's own certificate would be made anew at each upgrade, while the old pods still show theirs.
    enableCertManager = true

    # It answers for every Service of the cluster and, when it is down, refuses them all; ours are Ingresses.
    enableServiceMutatorWebhook = false

    # The firewall is terraform's alone: this controller has no right to take it away.
    enableShield = false
    enableWaf    = false
    enableWafv2  = false

    # Straight to the pods, so that a visitor's request passes no second node.
    defaultTargetType = "ip"

    serviceMonitor = { enabled = true }

    ingressClassParams = {
      spec = {
        group          = { name = "edge" }
        scheme         = "internet-facing"
        ipAddressType  = "ipv4"
        certificateArn = [aws_acm_certificate_validation.edge[0].certificate_arn]
        sslPolicy      = "ELBSecurityPolicy-TLS13-1-2-2021-06"

        loadBalancerAttributes = [
          # A header that no server agrees about is how requests are smuggled past a firewall.
          { key = "routing.http.drop_invalid_header_fields.enabled", value = "true" },
        ]
      }
    }
  })]

  depends_on = [helm_release.cert_manager, helm_release.prometheus_operator_crds]
}

# -----------------------------------------------------------------------------
# The load balancer itself, before any application
# -----------------------------------------------------------------------------

resource "kubernetes_ingress_v1" "edge" {
  count = local.has_alb ? 1 : 0

  metadata {
    name      = "edge"
    namespace = local.release_namespaces["edge"]

    annotations = {
      "alb.ingress.kubernetes.io/load-balancer-name" = local.alb.name
      "alb.ingress.kubernetes.io/listen-ports"       = jsonencode([{ HTTP = 80 }, { HTTPS = 443 }])
      "alb.ingress.kubernetes.io/ssl-redirect"       = "443"

      "alb.ingress.kubernetes.io/actions.unknown-host" = jsonencode({
        type = "fixed-response"
        fixedResponseConfig = {
          contentType = "text/plain"
          statusCode  = "404"
        }
      })
    }
  }

  spec {
    ingress_class_name = "alb"

    # No Secret: the class has the certificate.
    tls {
      hosts = ["*.${var.domain}"]
    }

    # Whoever asks for a name that nobody serves.
    default_backend {
      service {
        name = "unknown-host"

        port {
          name = "use-annotation"
        }
      }
    }
  }

  # Removed first: while its controller lives, the load balancer goes with it.
  depends_on = [helm_release.aws_load_balancer_controller]
}
