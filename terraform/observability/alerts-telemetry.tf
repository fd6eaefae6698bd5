# Who watches the watchers. The chart's own Watchdog alert, which always fires, is for a dead man's switch outside.

locals {
  telemetry_alerts = {
    prometheus = {
      PrometheusNotIngesting = {
        expr     = "sum by (pod) (rate(prometheus_tsdb_head_samples_appended_total[5m])) <= 0"
        for      = "10m"
        severity = "critical"
        summary  = "{{ $labels.pod }} has taken no sample for 10 minutes: no alert of it can be trusted."
      }

      PrometheusRulesFailing = {
        expr     = "sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[10m])) > 0"
        for      = "15m"
        severity = "warning"
        summary  = "Rules of {{ $labels.rule_group }} cannot be evaluated: their alerts are silent."
      }

      AlertmanagerNotDelivering = {
        expr     = "sum by (integration) (rate(alertmanager_notifications_failed_total[10m])) > 0"
        for      = "10m"
        severity = "critical"
        summary  = "Alertmanager cannot deliver through {{ $labels.integration }}."
      }
    }

    loki = {
      LokiFailing = {
        expr     = "sum by (route) (rate(loki_request_duration_seconds_count{status_code=~\"5..\"}[10m])) / sum by (route) (rate(loki_request_duration_seconds_count[10m])) > 0.1"
        for      = "15m"
        severity = "warning"
        summary  = "Loki answers {{ $value | humanizePercentage }} of {{ $labels.route }} with an error."
      }

      LokiNotIngesting = {
        expr     = "sum(rate(loki_distributor_lines_received_total[15m])) == 0"
        for      = "15m"
        severity = "critical"
        summary  = "No line of any log has reached Loki for 15 minutes."
      }

      LokiNotFlushing = {
        expr     = "sum(increase(loki_ingester_chunks_flush_failures_total[30m])) > 0"
        for      = "30m"
        severity = "warning"
        summary  = "Loki cannot write chunks to S3; they pile up on its volume."
      }

      LogsDropped = {
        expr     = "sum by (pod) (rate(loki_write_dropped_entries_total[15m])) > 0"
        for      = "15m"
        severity = "warning"
        summary  = "{{ $labels.pod }} drops lines that Loki does not take."
      }
    }

    tempo = {
      TempoNotFlushing = {
        expr     = "sum(increase(tempo_ingester_failed_flushes_total[30m])) > 0"
        for      = "30m"
        severity = "warning"
        summary  = "Tempo cannot write blocks to S3; they pile up on its volume."
      }

      TempoFailing = {
        expr     = "sum by (route) (rate(tempo_request_duration_seconds_count{status_code=~\"5..\"}[10m])) / sum by (route) (rate(tempo_request_duration_seconds_count[10m])) > 0.1"
        for      = "15m"
        severity = "warning"
        summary  = "Tempo answers {{ $value | humanizePercentage }} of {{ $labels.route }} with an error."
      }

      TracesDropped = {
        expr     = "sum by (exporter) (rate({__name__=~\"otelcol_exporter_send_failed_spans(_total)?\"}[15m])) > 0 or sum by (exporter) (rate({__name__=~\"otelcol_exporter_enqueue_failed_spans(_total)?\"}[15m])) > 0"
        for      = "15m"
        severity = "warning"
        summary  = "The collector drops spans of {{ $labels.exporter }}."
      }
    }
  }
}
