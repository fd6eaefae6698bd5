# Every alert says how bad it is, what happened and where to read on: a heading of docs/alerts.md with its name.
# critical wakes somebody, warning waits for the morning.

locals {
  alerts = merge(local.cluster_alerts, local.edge_alerts, local.platform_alerts, local.telemetry_alerts)

  alert_rules = {
    for group, alerts in local.alerts : group => {
      groups = [{
        name = group

        rules = [for name, alert in alerts : {
          alert  = name
          expr   = alert.expr
          for    = alert.for
          labels = { severity = alert.severity }

          annotations = {
            summary     = alert.summary
            runbook_url = "${var.runbook_url}#${lower(name)}"
          }
        }]
      }]
    }
  }

  # Alerts of the chart that ours take the place of: one fault, one alert.
  replaced_alerts = [
    "AlertmanagerFailedToSendAlerts",
    "KubeNodeNotReady",
    "KubeNodeUnreachable",
    "KubePersistentVolumeFillingUp",
    "KubePodCrashLooping",
    "PrometheusNotIngestingSamples",
    "PrometheusRuleFailures",
  ]
}
