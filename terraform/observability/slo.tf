# What visitors may expect, how much of the permitted failure is used up, and alerts on how fast it is being used.
# @see the Site Reliability Workbook, chapter "Alerting on SLOs": burn rates and windows are the ones of its table 5-8,
# with the fourth for the slowest leak.

locals {
  # For each service: what share of requests must be good, and PromQL of the share that was bad in a window.
  slos = merge([for service, source in local.sources : {
    "${service}-availability" = {
      percent = var.objectives[service].availability
      bad     = "(sum(rate(${source.requests}{${source.selector},${source.failed}}[WINDOW])) or vector(0)) / (sum(rate(${source.requests}{${source.selector}}[WINDOW])) > 0)"
    }
    "${service}-latency" = {
      percent = var.objectives[service].fast
      # Prometheus 3 writes whole numbers of le with a fraction.
      bad = "1 - sum(rate(${source.duration}_bucket{${source.selector},le=~\"${replace(tostring(var.objectives[service].fast_seconds * source.units_per_second), ".", "[.]")}([.]0)?\"}[WINDOW])) / (sum(rate(${source.duration}_count{${source.selector}}[WINDOW])) > 0)"
    }
  }]...)

  # factor: how many times faster than permitted. Both windows must burn: the long one says that it matters, the short
  # one that it still goes on. 14.4 uses 2 % of a month's budget in an hour, 6 uses 5 % in six, 3 and 1 use 10 % in
  # one and three days.
  burns = [
    { severity = "critical", factor = 14.4, long = "1h", short = "5m" },
    { severity = "critical", factor = 6, long = "6h", short = "30m" },
    { severity = "warning", factor = 3, long = "1d", short = "2h" },
    { severity = "warning", factor = 1, long = "3d", short = "6h" },
  ]

  burn_alerts = {
    critical = { name = "ErrorBudgetBurnsFast", for = "2m", tells = "will be gone within days" }
    warning  = { name = "ErrorBudgetBurnsSlowly", for = "15m", tells = "will not last the month" }
  }

  # Long windows change slowly and read much.
  windows = {
    short = { interval = "30s", of = ["5m", "30m", "1h", "2h"] }
    long  = { interval = "3m", of = ["6h", "1d", "3d"] }
  }

  slo_rules = {
    for slo, each in local.slos : "slo-${slo}" => {
      groups = concat(
        [for speed, windows in local.windows : {
          name     = "slo-${slo}-${speed}"
          interval = windows.interval

          rules = [for window in windows.of : {
            record = "slo:bad_requests:ratio_rate${window}"
            expr   = replace(each.bad, "WINDOW", window)
            labels = { slo = slo }
          }]
        }],
        [{
          name     = "slo-${slo}-budget"
          interval = "1m"

          rules = concat(
            [
              {
                record = "slo:objective:ratio"
                expr   = "vector(${format("%.6f", each.percent / 100)})"
                labels = { slo = slo }
              },
              {
                # The mean of five-minute shares: quiet hours count as much as busy ones, at a thousandth of the work.
                record = "slo:error_budget_remaining:ratio30d"
                expr   = "1 - avg_over_time(slo:bad_requests:ratio_rate5m{slo=\"${slo}\"}[30d]) / ${format("%.6f", (100 - each.percent) / 100)}"
                labels = { slo = slo }
              },
            ],
            [for severity, alert in local.burn_alerts : {
              alert = alert.name
              for   = alert.for

              expr = join(" or ", [for burn in local.burns :
                "(slo:bad_requests:ratio_rate${burn.long}{slo=\"${slo}\"} > ${format("%.6f", burn.factor * (100 - each.percent) / 100)} and slo:bad_requests:ratio_rate${burn.short}{slo=\"${slo}\"} > ${format("%.6f", burn.factor * (100 - each.percent) / 100)})"
                if burn.severity == severity
              ])

              labels = { severity = severity, slo = slo }

              annotations = {
                summary     = "The error budget of ${slo} (${each.percent} %) ${alert.tells} at this pace."
                runbook_url = "${var.runbook_url}#${lower(alert.name)}"
              }
            }],
          )
        }],
      )
    }
  }
}
