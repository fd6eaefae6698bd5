output "ingress_hostname" {
  description = "Name of the ingress load balancer; read by the dns gate's operator when a record does not resolve."
  value       = local.ingress_hostname
}

output "hosts" {
  description = "Names that point to the ingress; read by the dns gate and by people."
  value       = [for record in aws_route53_record.hosts : record.fqdn]
}

output "issuers" {
  description = "Names of the certificate issuers; read by people who add an ingress."
  value       = keys(local.acme_servers)
}

output "secret_store" {
  description = "Name of the store for ExternalSecrets; read by people who add a secret."
  value       = "parameter-store"
}

output "canary_parameter" {
  description = "Parameter behind the canary secret; read by operators who try the way from Parameter Store into the cluster."
  value       = aws_ssm_parameter.canary.name
}
