# Backups of another environment, for the one that is to replace it. Read only: a copy that S3 still replicates
# into must have no second writer.

locals {
  recovery_locations = [
    for source in var.restore_from[*] : {
      name       = "recovery"
      provider   = "aws"
      bucket     = source.bucket
      accessMode = "ReadOnly"
      config     = { region = source.region }
    }
  ]
}

data "aws_iam_policy_document" "restore_from" {
  count = var.restore_from == null ? 0 : 1

  statement {
    sid       = "SeeRecovery"
    actions   = ["s3:ListBucket"]
    resources = ["arn:${local.partition}:s3:::${var.restore_from.bucket}"]
  }

  statement {
    sid       = "ReadRecovery"
    actions   = ["s3:GetObject"]
    resources = ["arn:${local.partition}:s3:::${var.restore_from.bucket}/*"]
  }

  statement {
    sid       = "DecryptRecovery"
    actions   = ["kms:Decrypt", "kms:DescribeKey"]
    resources = [var.restore_from.kms_key_arn]
  }
}
