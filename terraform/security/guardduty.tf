# Watches what happens where policies cannot: the audit log of the cluster, which EKS gives to GuardDuty by itself,
# the flow and DNS logs of the account, and by choice what runs on the nodes.

locals {
  watched = var.guardduty.detector != "off"

  detector_id = one(concat(aws_guardduty_detector.this[*].id, data.aws_guardduty_detector.existing[*].id))

  # The agent is an add-on of this layer: one that GuardDuty manages would leave its endpoint behind in the VPC.
  agents = {
    EKS_ADDON_MANAGEMENT         = "DISABLED"
    ECS_FARGATE_AGENT_MANAGEMENT = "DISABLED"
    EC2_AGENT_MANAGEMENT         = "DISABLED"
  }

  features = {
    EKS_AUDIT_LOGS     = { on = local.watched, agents = {} }
    RUNTIME_MONITORING = { on = local.watched && var.guardduty.runtime_monitoring, agents = local.agents }
  }
}

resource "aws_guardduty_detector" "this" {
  count = var.guardduty.detector == "create" ? 1 : 0

  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

data "aws_guardduty_detector" "existing" {
  count = var.guardduty.detector == "existing" ? 1 : 0
}

resource "aws_guardduty_detector_feature" "this" {
  for_each = { for name, feature in local.features : name => feature if feature.on }

  detector_id = local.detector_id
  name        = each.key
  status      = "ENABLED"

  dynamic "additional_configuration" {
    for_each = each.value.agents

    content {
      name   = additional_configuration.key
      status = additional_configuration.value
    }
  }
}

# -----------------------------------------------------------------------------
# The agent on the nodes
# -----------------------------------------------------------------------------

data "aws_eks_addon_version" "agent" {
  count = var.guardduty.runtime_monitoring ? 1 : 0

  addon_name         = "aws-guardduty-agent"
  kubernetes_version = local.foundation.kubernetes_version
}

resource "aws_eks_addon" "agent" {
  count = var.guardduty.runtime_monitoring ? 1 : 0

  cluster_name                = local.foundation.cluster_name
  addon_name                  = "aws-guardduty-agent"
  addon_version               = data.aws_eks_addon_version.agent[0].version
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_guardduty_detector_feature.this]

  lifecycle {
    precondition {
      condition     = contains(local.foundation.interface_endpoints, "guardduty-data")
      error_message = "guardduty.runtime_monitoring needs the interface endpoint guardduty-data, through which its agent speaks to GuardDuty: add it to interface_endpoints of foundation and deploy that first."
    }
  }
}

# -----------------------------------------------------------------------------
# Who is told
# -----------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "findings" {
  count = local.watched && var.finding_topic != null ? 1 : 0

  name        = "${var.environment}-guardduty-findings"
  description = "Findings of GuardDuty that cannot wait."

  event_pattern = jsonencode({
    source      = ["aws.guardduty"]
    detail-type = ["GuardDuty Finding"]
    detail      = { severity = [{ numeric = [">=", 7] }] }
  })
}

resource "aws_cloudwatch_event_target" "findings" {
  count = length(aws_cloudwatch_event_rule.findings)

  rule      = aws_cloudwatch_event_rule.findings[0].name
  target_id = "topic"
  arn       = var.finding_topic
}
