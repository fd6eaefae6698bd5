# The way in is the Service of type LoadBalancer in the namespace of the edge or, with an Application Load Balancer, the
# Ingress there; either has the address in its status.
locals {
  ingress_services = {
    nginx = "ingress-nginx-controller"
    envoy = "envoy"
    alb   = null
  }
}

data "kubernetes_service_v1" "ingress" {
  for_each = toset(local.ingress_services[var.edge][*])

  metadata {
    name      = each.value
    namespace = "edge"
  }
}

data "kubernetes_ingress_v1" "edge" {
  count = var.edge == "alb" ? 1 : 0

  metadata {
    name      = "edge"
    namespace = "edge"
  }
}

locals {
  ways_in          = concat(values(data.kubernetes_service_v1.ingress), data.kubernetes_ingress_v1.edge)
  ingress_hostname = try(local.ways_in[0].status[0].load_balancer[0].ingress[0].hostname, "")

  # <name>-<hash>.elb.<region>.amazonaws.com (network) or <name>-<number>.<region>.elb.amazonaws.com (application), and
  # a name may hold dashes too.
  load_balancer_name = try(regex("^(.+)-[0-9a-z]+$", split(".", local.ingress_hostname)[0])[0], "")
}

data "aws_lb" "ingress" {
  name = local.load_balancer_name

  lifecycle {
    precondition {
      condition     = local.load_balancer_name != ""
      error_message = "The edge (${var.edge}) has no load balancer yet: platform-step02 is not proven."
    }
  }
}

resource "aws_route53_record" "hosts" {
  for_each = var.hosts

  zone_id = local.foundation.zone_id
  name    = "${each.value}.${var.domain}"
  type    = "A"

  # Alone, or the first of two: see failover.tf.
  set_identifier  = local.has_secondary ? "primary" : null
  health_check_id = one(aws_route53_health_check.edge[*].id)

  dynamic "failover_routing_policy" {
    for_each = local.has_secondary ? ["PRIMARY"] : []

    content {
      type = failover_routing_policy.value
    }
  }

  alias {
    name                   = data.aws_lb.ingress.dns_name
    zone_id                = data.aws_lb.ingress.zone_id
    evaluate_target_health = true
  }
}
