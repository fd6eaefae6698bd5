# Where alerts go. The dead man's Watchdog goes nowhere: it is for somebody outside who misses it.

locals {
  alertmanager_account = "alertmanager"

  alertmanager_config = {
    route = {
      group_by        = ["alertname", "slo"]
      group_wait      = "30s"
      group_interval  = "5m"
      repeat_interval = "12h"
      receiver        = var.alert_topic == null ? "null" : "topic"

      routes = [{
        matchers = ["alertname = \"Watchdog\""]
        receiver = "null"
      }]
    }

    receivers = concat(
      [{ name = "null" }],
      [for topic in var.alert_topic[*] : {
        name = "topic"

        sns_configs = [{
          topic_arn     = topic.arn
          sigv4         = { region = split(":", topic.arn)[3] }
          subject       = "${var.environment}: {{ .Status }} {{ .CommonLabels.alertname }} ({{ .CommonLabels.severity }})"
          send_resolved = true
        }]
      }],
    )
  }
}

data "aws_iam_policy_document" "alertmanager" {
  for_each = toset(var.alert_topic[*].arn)

  statement {
    sid       = "Topic"
    actions   = ["sns:Publish"]
    resources = [each.value]
  }

  statement {
    sid = "TopicKey"
    actions = [
      "kms:Decrypt",
      "kms:GenerateDataKey",
    ]
    resources = [var.alert_topic.key_arn]
  }
}

module "alertmanager_role" {
  source   = "../modules/irsa-role"
  for_each = data.aws_iam_policy_document.alertmanager

  name                     = "${var.environment}-alertmanager"
  description              = "Publishes the alerts of ${var.environment}."
  oidc_provider_arn        = local.foundation.oidc_provider_arn
  oidc_issuer              = local.foundation.oidc_issuer
  pod_identity_cluster     = local.foundation.pod_identity ? local.foundation.cluster_name : null
  namespace                = "observability"
  service_account          = local.alertmanager_account
  policy                   = each.value.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
