# The chart that ArgoCD keeps installed: where it comes from (an OCI registry, without the scheme that ArgoCD must not be
# given), which release, how long it is supported, and by what it is followed.
# Days and versions are those that upstream names; null where it names none.

locals {
  charts = {
    "onlineboutique" = {
      repository       = "us-docker.pkg.dev/online-boutique-ci/charts"
      version          = var.chart_version
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
