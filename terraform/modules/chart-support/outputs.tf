output "ended" {
  description = "A sentence for each chart that is out of support on the day of the plan; read by the layer's check."
  value = [
    for name, chart in var.charts :
    "${name} ${chart.version} is out of support since ${chart.supported_until}: ${coalesce(chart.successor, "take a newer release")}."
    if timecmp(plantimestamp(), local.until[name]) > 0
  ]
}

output "untested" {
  description = "A sentence for each chart that was never tested with this version of Kubernetes; read by the layer's check."
  value = [
    for name, chart in var.charts :
    "${name} ${chart.version} is tested up to Kubernetes ${chart.kubernetes_until}, and ${var.kubernetes_version} runs: look for a newer release before you rely on it."
    if local.minor > local.tested[name]
  ]
}
