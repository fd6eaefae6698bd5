output "url" {
  description = "Address of the shop; read by people and by the run's closing notification."
  value       = "https://${local.host}"
}

output "application" {
  description = "ArgoCD Application, as namespace/name; read by operators who look into a failed argocd gate."
  value       = "argocd/onlineboutique"
}

output "secret_parameter" {
  description = "Parameter behind the shop's secret; read by whoever rotates it."
  value       = aws_ssm_parameter.custom.name
}
