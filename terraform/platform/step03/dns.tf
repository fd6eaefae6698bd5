data "kubernetes_service_v1" "ingress" {
  metadata {
    name      = "ingress-nginx-controller"
    namespace = "ingress-nginx"
  }
}

data "aws_lb_hosted_zone_id" "network" {
  region             = var.region
  load_balancer_type = "network"
}

locals {
  ingress_hostname = try(data.kubernetes_service_v1.ingress.status[0].load_balancer[0].ingress[0].hostname, null)
}

resource "aws_route53_record" "hosts" {
  for_each = var.hosts

  zone_id = local.foundation.zone_id
  name    = "${each.value}.${var.domain}"
  type    = "A"

  alias {
    name                   = local.ingress_hostname
    zone_id                = data.aws_lb_hosted_zone_id.network.id
    evaluate_target_health = true
  }

  lifecycle {
    precondition {
      condition     = local.ingress_hostname != null
      error_message = "The Service ingress-nginx/ingress-nginx-controller has no load balancer yet: platform-step02 is not proven."
    }
  }
}
