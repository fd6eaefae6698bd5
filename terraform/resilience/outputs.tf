output "bucket" {
  description = "Bucket of the backups, which outlives the layer; read by backup verification and by recovery."
  value       = local.bucket.id
}

output "kms_key_arn" {
  description = "Key of the backups, which outlives the layer with them; read by recovery into another cluster."
  value       = local.key.arn
}

output "replica" {
  description = "Copy of the backups in the second region, null without one; read by the recovery environment, as its variable restore_from."
  value = local.has_replica ? {
    bucket      = local.replica.id
    region      = var.recovery_region
    kms_key_arn = aws_kms_key.backups["replica"].arn
  } : null
}

output "schedules" {
  description = "Names of the Velero schedules; read by backup verification."
  value       = [for name in keys(local.templates) : "${helm_release.velero.name}-${name}"]
}

output "canary" {
  description = "Where the volume lies that every backup holds, and who may restore it; read by backup verification."
  value = {
    namespace        = local.canary_namespace
    claim            = kubernetes_persistent_volume_claim_v1.canary.metadata[0].name
    sandbox_prefix   = local.sandbox_prefix
    verifiers        = local.verifiers
    restore_modifier = local.restore_modifier
  }
}

output "role_arn" {
  description = "Role of Velero; read by recovery, which trusts it from the rebuilt cluster."
  value       = module.velero_role.arn
}
