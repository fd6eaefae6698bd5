# A second way back, which needs neither Velero nor the cluster: AWS snapshots whatever bears the tag and copies it to
# the second region, where EBS snapshots do not come by themselves. The default StorageClass puts the tag on volumes;
# a database gets it from whoever makes it.

locals {
  vaults = {
    for name, location in local.locations : name => merge(location, {
      vault = name == "primary" ? var.environment : "${var.environment}-${name}"
    }) if var.volume_backups != null
  }
}

resource "aws_backup_vault" "this" {
  for_each = local.vaults

  region      = each.value.region
  name        = each.value.vault
  kms_key_arn = aws_kms_key.backups[each.key].arn
}

resource "aws_backup_vault_lock_configuration" "this" {
  for_each = { for name, location in local.vaults : name => location if var.vault_lock != null }

  region              = each.value.region
  backup_vault_name   = aws_backup_vault.this[each.key].name
  min_retention_days  = var.vault_lock.min_days
  max_retention_days  = var.vault_lock.max_days
  changeable_for_days = var.vault_lock.changeable_for_days
}

resource "aws_backup_plan" "volumes" {
  count = var.volume_backups == null ? 0 : 1

  name = "${var.environment}-volumes"

  rule {
    rule_name                    = "daily"
    target_vault_name            = aws_backup_vault.this["primary"].name
    schedule                     = var.volume_backups.schedule
    schedule_expression_timezone = "Etc/UTC"

    # Begun within an hour and over within eight, before the next working day.
    start_window      = 60
    completion_window = 480

    recovery_point_tags = local.tags

    lifecycle {
      delete_after = var.volume_backups.days
    }

    dynamic "copy_action" {
      for_each = local.has_replica ? [aws_backup_vault.this["replica"].arn] : []

      content {
        destination_vault_arn = copy_action.value

        lifecycle {
          delete_after = var.volume_backups.days
        }
      }
    }
  }

  # A rule that runs before the lock is set would leave a recovery point that the lock does not hold.
  depends_on = [aws_backup_vault_lock_configuration.this]
}

resource "aws_backup_selection" "tagged" {
  count = var.volume_backups == null ? 0 : 1

  name         = "tagged"
  plan_id      = aws_backup_plan.volumes[0].id
  iam_role_arn = aws_iam_role.aws_backup[0].arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "strata:backup"
    value = var.environment
  }

  depends_on = [aws_iam_role_policy_attachment.aws_backup]
}

data "aws_iam_policy_document" "aws_backup_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role" "aws_backup" {
  count = var.volume_backups == null ? 0 : 1

  name                 = "${var.environment}-aws-backup"
  description          = "Snapshots, copies and restores what is tagged for the backup of ${var.environment}."
  assume_role_policy   = data.aws_iam_policy_document.aws_backup_trust.json
  permissions_boundary = var.control_plane.permissions_boundary_arn
}

# AWS's own for this purpose: which calls a kind of resource takes changes with the service.
resource "aws_iam_role_policy_attachment" "aws_backup" {
  for_each = toset(var.volume_backups == null ? [] : [
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
  ])

  role       = aws_iam_role.aws_backup[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/${each.value}"
}
