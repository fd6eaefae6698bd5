output "arn" {
  description = "ARN of the role, once its permissions are there; read by the layer that annotates the service account."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}
