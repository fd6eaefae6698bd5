# Health checks of Route 53, from outside, and where visitors go while this environment does not answer.

variable "failover" {
  description = "null (default): no checks. {}: each host is asked for over HTTPS every 30 seconds from three continents, with an alarm (0.50 USD a month for a check, 1.00 more for its HTTPS, 0.10 for an alarm; us-east-1, from memory). With load_balancer (name and zone of another environment's, dr for example) or addresses (IPv4, of a page that says sorry) the hosts' records become failover pairs: the second one answers while the load balancer here does not. Whoever answers needs a certificate for the same names. paths: what to ask a host for, / if it is not named."
  type = object({
    paths     = optional(map(string), {})
    addresses = optional(set(string), [])
    load_balancer = optional(object({
      dns_name = string
      zone_id  = string
    }))
  })
  default = null

  validation {
    condition     = try(length(var.failover.addresses) == 0 || var.failover.load_balancer == null, var.failover == null)
    error_message = "failover must name a load_balancer or addresses, not both: there is one second answer."
  }

  validation {
    condition     = alltrue([for address in try(var.failover.addresses, []) : can(cidrhost("${address}/32", 0))])
    error_message = "failover.addresses must be IPv4 addresses."
  }

  validation {
    condition     = length(setsubtract(keys(try(var.failover.paths, {})), var.hosts)) == 0 && alltrue([for path in values(try(var.failover.paths, {})) : startswith(path, "/")])
    error_message = "failover.paths must be paths that begin with /, of hosts that stand in hosts."
  }
}

locals {
  checked_hosts = var.failover == null ? [] : var.hosts
  has_secondary = try(length(var.failover.addresses) > 0 || var.failover.load_balancer != null, false)
}

# -----------------------------------------------------------------------------
# What a visitor gets, whoever answers
# -----------------------------------------------------------------------------

resource "aws_route53_health_check" "hosts" {
  for_each = local.checked_hosts

  type              = "HTTPS"
  fqdn              = "${each.value}.${var.domain}"
  port              = 443
  resource_path     = lookup(var.failover.paths, each.value, "/")
  enable_sni        = true
  failure_threshold = 3
  request_interval  = 30

  tags = { Name = "${var.environment}-${each.value}" }
}

resource "aws_cloudwatch_metric_alarm" "hosts" {
  for_each = aws_route53_health_check.hosts

  region = local.global_region

  alarm_name          = "${var.environment}-host-${each.key}"
  alarm_description   = "Most of the world gets no good answer from ${each.value.fqdn}."
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = each.value.id }
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topics.us_east_1[*]
  ok_actions          = var.alarm_topics.us_east_1[*]
}

# -----------------------------------------------------------------------------
# Who answers
# -----------------------------------------------------------------------------

# Not by a host's name: once the second one answers to it, the check would be content and send visitors back.
resource "aws_route53_health_check" "edge" {
  count = local.has_secondary ? 1 : 0

  type              = "TCP"
  fqdn              = data.aws_lb.ingress.dns_name
  port              = 443
  failure_threshold = 3
  request_interval  = 30

  tags = { Name = "${var.environment}-edge" }
}

resource "aws_route53_record" "secondary" {
  for_each = local.has_secondary ? var.hosts : []

  zone_id        = local.foundation.zone_id
  name           = "${each.value}.${var.domain}"
  type           = "A"
  set_identifier = "secondary"
  ttl            = length(var.failover.addresses) > 0 ? 60 : null
  records        = length(var.failover.addresses) > 0 ? var.failover.addresses : null

  failover_routing_policy {
    type = "SECONDARY"
  }

  dynamic "alias" {
    for_each = var.failover.load_balancer[*]

    content {
      name    = alias.value.dns_name
      zone_id = alias.value.zone_id

      # There is nobody behind it who would answer instead.
      evaluate_target_health = false
    }
  }
}
