resource "aws_route53_zone" "this" {
  count = var.zone.create ? 1 : 0

  name    = var.domain
  comment = "Public zone of ${var.environment}"
}

data "aws_route53_zone" "this" {
  count = var.zone.create ? 0 : 1

  name         = var.domain
  private_zone = false
}

locals {
  zone = {
    id           = one(concat(aws_route53_zone.this[*].zone_id, data.aws_route53_zone.this[*].zone_id))
    arn          = one(concat(aws_route53_zone.this[*].arn, data.aws_route53_zone.this[*].arn))
    name_servers = one(concat(aws_route53_zone.this[*].name_servers, data.aws_route53_zone.this[*].name_servers))
  }
}
