output "address" {
  description = "Where OpenCost answers within the cluster; read by people who ask what something costs."
  value       = "http://${helm_release.opencost.name}.${local.namespace}.svc:9003"
}

output "releases" {
  description = "Version of each chart installed here; read by the run's report."
  value       = { (helm_release.opencost.name) = helm_release.opencost.version }
}
