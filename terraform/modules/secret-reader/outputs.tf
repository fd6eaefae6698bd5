output "role_name" {
  description = "Name of the role; read by whoever audits who sees which secret."
  value       = kubernetes_role_v1.this.metadata[0].name
}
