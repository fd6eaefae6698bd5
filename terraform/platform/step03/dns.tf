locals {
  # The Service of type LoadBalancer in the namespace of the edge.
  ingress_services = {
    nginx = "ingress-nginx-controller"
    envoy = "envoy"
  }
}

data "kubernetes_service_v1" "ingress" {
  metadata {
    name      = local.ingress_services[var.edge]
    namespace = "edge"
  }
}

locals {
  ingress_hostname = try(data.kubernetes_service_v1.ingress.status[0].load_balancer[0].ingress[0].hostname, "")

  # <name>-<hash>.elb.<region>.amazonaws.com, and a name may hold dashes too.
  load_balancer_name = try(regex("^(.+)-[0-9a-z]+$", split(".", local.ingress_hostname)[0])[0], "")
}

data "aws_lb" "ingress" {
  name = local.load_balancer_name

  lifecycle {
    precondition {
      condition     = local.load_balancer_name != ""
      error_message = "The Service edge/${local.ingress_services[var.edge]} has no load balancer yet: platform-step02 is not proven."
    }
  }
}

resource "aws_route53_record" "hosts" {
  for_each = var.hosts

  zone_id = local.foundation.zone_id
  name    = "${each.value}.${var.domain}"
  type    = "A"

  alias {
    name                   = data.aws_lb.ingress.dns_name
    zone_id                = data.aws_lb.ingress.zone_id
    evaluate_target_health = true
  }
}
