# What Prometheus does not see: what visitors get of an Application Load Balancer, and whether they get there at all.

variable "alarm_topics" {
  description = "Topics of SNS that are told of alarms: here, in the environment's region, by the load balancer of edge = alb; us_east_1 by the checks of failover, since Route 53 counts there. Left out, an alarm is seen in CloudWatch only. An alarm costs 0.10 USD a month."
  type = object({
    here      = optional(string)
    us_east_1 = optional(string)
  })
  default = {}

  validation {
    condition     = var.alarm_topics.us_east_1 == null || can(regex("^arn:aws[a-z-]*:sns:${local.global_region}:[0-9]{12}:", var.alarm_topics.us_east_1))
    error_message = "alarm_topics.us_east_1 must be the ARN of a topic in us-east-1: an alarm tells topics of its own region only."
  }

  validation {
    condition     = var.alarm_topics.here == null || can(regex("^arn:aws[a-z-]*:sns:${var.region}:[0-9]{12}:", var.alarm_topics.here))
    error_message = "alarm_topics.here must be the ARN of a topic in the environment's region: an alarm tells topics of its own region only."
  }
}

locals {
  # Where Route 53 counts its health checks, whatever they look at.
  global_region = "us-east-1"

  # Dimension of the load balancer's metrics, where it has some.
  alb_names = var.edge == "alb" ? [data.aws_lb.ingress.arn_suffix] : []
}

resource "aws_cloudwatch_metric_alarm" "edge_errors" {
  count = length(local.alb_names)

  alarm_name          = "${var.environment}-edge-errors"
  alarm_description   = "More than 5 % of the requests fail at the load balancer or behind it; docs/alerts.md, EdgeErrors."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics.here[*]
  ok_actions          = var.alarm_topics.here[*]

  metric_query {
    id          = "share"
    expression  = "100 * (FILL(unanswered, 0) + FILL(failed, 0)) / requests"
    label       = "failed requests, in percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      requests   = "RequestCount"
      failed     = "HTTPCode_Target_5XX_Count"
      unanswered = "HTTPCode_ELB_5XX_Count"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = { LoadBalancer = local.alb_names[count.index] }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "edge_slow" {
  count = length(local.alb_names)

  alarm_name          = "${var.environment}-edge-slow"
  alarm_description   = "One request in a hundred takes longer than 5 seconds; docs/alerts.md, EdgeSlow."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  dimensions          = { LoadBalancer = local.alb_names[count.index] }
  extended_statistic  = "p99"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topics.here[*]
  ok_actions          = var.alarm_topics.here[*]
}
