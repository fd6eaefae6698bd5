locals {
  minor = tonumber(split(".", var.kubernetes_version)[1])

  # A day that never comes and a version that is never reached stand for what upstream does not name.
  until  = { for name, chart in var.charts : name => "${coalesce(chart.supported_until, "9999-12-31")}T23:59:59Z" }
  tested = { for name, chart in var.charts : name => tonumber(split(".", coalesce(chart.kubernetes_until, "1.999"))[1]) }
}
