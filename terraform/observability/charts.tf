# Every chart of this layer: where it comes from, which release, how long it is supported, and by what it is followed.
# Days and versions are those that upstream names; null where it names none.

locals {
  charts = {
    # The last release that was called stable is of January 2025.
    "pixie-operator-chart" = {
      repository       = "https://pixie-operator-charts.storage.googleapis.com"
      version          = "0.1.4"
      supported_until  = null
      kubernetes_until = null
      successor        = "opentelemetry-ebpf-instrumentation sees much of the same and is maintained"
    }

    "kube-prometheus-stack" = {
      repository       = "https://prometheus-community.github.io/helm-charts"
      version          = "88.5.3"
      supported_until  = null
      kubernetes_until = null
      successor        = null
    }

    "loki" = {
      repository       = "https://grafana-community.github.io/helm-charts"
      version          = "18.11.0"
      supported_until  = null
      kubernetes_until = null
      successor        = null
    }

    "alloy" = {
      repository       = "https://grafana.github.io/helm-charts"
      version          = "1.11.1"
      supported_until  = null
      kubernetes_until = null
      successor        = null
    }

    "tempo" = {
      repository       = "https://grafana-community.github.io/helm-charts"
      version          = "2.2.4"
      supported_until  = null
      kubernetes_until = null
      successor        = "tempo-distributed is where Tempo 3 is"
    }

    "opentelemetry-collector" = {
      repository       = "https://open-telemetry.github.io/opentelemetry-helm-charts"
      version          = "0.170.0"
      supported_until  = null
      kubernetes_until = null
      successor        = null
    }
  }
}

module "chart_support" {
  source = "../modules/chart-support"

  charts             = local.charts
  kubernetes_version = local.foundation.kubernetes_version
}

check "charts_are_supported" {
  assert {
    condition     = length(module.chart_support.ended) == 0
    error_message = "${join(" ", module.chart_support.ended)} docs/upgrading.md says how."
  }
}

check "charts_are_tested_with_kubernetes" {
  assert {
    condition     = length(module.chart_support.untested) == 0
    error_message = "${join(" ", module.chart_support.untested)} docs/upgrading.md says how."
  }
}
