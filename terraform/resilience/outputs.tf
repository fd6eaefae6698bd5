output "bucket" {
  description = "Bucket of the backups, retained when the layer is destroyed; read by backup verification and by recovery."
  value       = aws_s3_bucket.backups.id
}

output "kms_key_arn" {
  description = "Key of the backups, retained with them; read by recovery into another cluster."
  value       = aws_kms_key.backups.arn
}

output "schedules" {
  description = "Names of the Velero schedules; read by backup verification."
  value       = [for name in keys(local.templates) : "${helm_release.velero.name}-${name}"]
}

output "role_arn" {
  description = "Role of Velero; read by recovery, which trusts it from the rebuilt cluster."
  value       = module.velero_role.arn
}
