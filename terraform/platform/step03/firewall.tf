# The firewall before the Application Load Balancer; a network load balancer takes none. It is put there by terraform
# and not by the controller that makes the load balancer: whoever takes over the controller cannot take it away, and a
# plan shows when somebody did.

variable "firewall" {
  description = "What AWS WAF does to requests before they reach the load balancer of edge = alb. managed_rules: rule groups of AWS, each with the names of its rules that only count what they find; the size of bodies is only counted, since Grafana sends large ones. rate_limit: requests of one address in five minutes, beyond which it is refused. blocks = false lets all groups only count, to see first what they would refuse; the rate limit holds all the same. What was refused or counted is logged. Costs 5.00 USD a month, 1.00 for each group and for the limit (so 9.00 by default), and 0.60 for a million requests (us-east-1); its log 0.50 for each GB. null: no firewall."
  type = object({
    blocks             = optional(bool, true)
    rate_limit         = optional(number, 2000)
    log_retention_days = optional(number, 30)
    managed_rules = optional(map(set(string)), {
      AWSManagedRulesAmazonIpReputationList = []
      AWSManagedRulesCommonRuleSet          = ["SizeRestrictions_BODY"]
      AWSManagedRulesKnownBadInputsRuleSet  = []
    })
  })
  default = {}

  # Bot Control, fraud and denial-of-service groups are billed apart and want to be configured.
  validation {
    condition = length(setsubtract(keys(try(var.firewall.managed_rules, {})), [
      "AWSManagedRulesAdminProtectionRuleSet",
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesAnonymousIpList",
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesLinuxRuleSet",
      "AWSManagedRulesPHPRuleSet",
      "AWSManagedRulesSQLiRuleSet",
      "AWSManagedRulesUnixRuleSet",
      "AWSManagedRulesWindowsRuleSet",
      "AWSManagedRulesWordPressRuleSet",
    ])) == 0
    error_message = "firewall.managed_rules must name rule groups of AWS that cost nothing beyond their place: AWSManagedRules… for AdminProtection, AmazonIpReputationList, AnonymousIpList, CommonRuleSet, KnownBadInputs, Linux, PHP, SQLi, Unix, Windows or WordPress."
  }

  validation {
    condition     = try(var.firewall.rate_limit >= 100 && var.firewall.rate_limit <= 2000000000, var.firewall == null)
    error_message = "firewall.rate_limit must be 100 or more: it counts the requests of five minutes, and one page of the shop is some twenty."
  }

  validation {
    condition     = contains([7, 14, 30, 60, 90, 120, 180, 365, 400, 545, 731], try(var.firewall.log_retention_days, 30))
    error_message = "firewall.log_retention_days must be a retention that CloudWatch Logs offers, from 7 to 731."
  }
}

locals {
  firewalls = var.edge == "alb" ? var.firewall[*] : []

  # A name's place in the alphabet is its turn; the limit comes before them all.
  firewall_groups = try(keys(local.firewalls[0].managed_rules), [])
}

resource "aws_wafv2_web_acl" "edge" {
  count = length(local.firewalls)

  name        = "${var.environment}-edge"
  description = "Before the load balancer of ${var.environment}."
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "rate-limit"
    priority = 0

    action {
      block {
        custom_response {
          response_code = 429
        }
      }
    }

    statement {
      rate_based_statement {
        aggregate_key_type    = "IP"
        evaluation_window_sec = 300
        limit                 = local.firewalls[count.index].rate_limit
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.environment}-edge-rate-limit"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.firewalls[count.index].managed_rules

    content {
      name     = rule.key
      priority = 1 + index(local.firewall_groups, rule.key)

      override_action {
        dynamic "none" {
          for_each = local.firewalls[count.index].blocks ? [true] : []
          content {}
        }

        dynamic "count" {
          for_each = local.firewalls[count.index].blocks ? [] : [true]
          content {}
        }
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key

          dynamic "rule_action_override" {
            for_each = rule.value

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.environment}-edge-${rule.key}"
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.environment}-edge"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "edge" {
  count = length(local.firewalls)

  resource_arn = data.aws_lb.ingress.arn
  web_acl_arn  = aws_wafv2_web_acl.edge[count.index].arn
}

# -----------------------------------------------------------------------------
# Its log: what was refused or counted, without what logs in
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "firewall" {
  count = length(local.firewalls)

  # AWS WAF takes no other beginning.
  name              = "aws-waf-logs-${var.environment}"
  retention_in_days = local.firewalls[count.index].log_retention_days
  kms_key_id        = local.foundation.kms_key_arn
}

resource "aws_wafv2_web_acl_logging_configuration" "edge" {
  count = length(local.firewalls)

  resource_arn            = aws_wafv2_web_acl.edge[count.index].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[count.index].arn]

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }

      condition {
        action_condition {
          action = "COUNT"
        }
      }
    }
  }

  dynamic "redacted_fields" {
    for_each = toset(["authorization", "cookie"])

    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }
}
