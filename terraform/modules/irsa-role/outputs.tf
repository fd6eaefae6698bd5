output "arn" {
  description = "ARN of the role, once its permissions are there; read by the layer that annotates the service account."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}

output "annotations" {
  description = "What the service account must be annotated with: its role, or nothing with Pod Identity; read by the layer that makes the account."
  value       = var.pod_identity_cluster == null ? { "eks.amazonaws.com/role-arn" = aws_iam_role.this.arn } : {}
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}
