# Who copies the backups to the second region, and what is copied. EBS snapshots stay in their region; volumes come
# along only where a backup has put their files into the bucket: weekly and monthly ones, not daily ones.

data "aws_iam_policy_document" "replication_trust" {
  count = local.has_replica ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    # S3 of another account must not use this role on our bucket's behalf.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.bucket.arn]
    }
  }
}

data "aws_iam_policy_document" "replication" {
  count = local.has_replica ? 1 : 0

  statement {
    sid       = "SeeBackups"
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [local.bucket.arn]
  }

  statement {
    sid = "ReadBackups"
    actions = [
      "s3:GetObjectVersionAcl",
      "s3:GetObjectVersionForReplication",
      "s3:GetObjectVersionTagging",
    ]
    resources = ["${local.bucket.arn}/*"]
  }

  statement {
    sid = "WriteReplica"
    actions = [
      "s3:ReplicateDelete",
      "s3:ReplicateObject",
      "s3:ReplicateTags",
    ]
    resources = ["${local.replica.arn}/*"]
  }

  # With a bucket key, S3 names the bucket to KMS, not the object.
  statement {
    sid       = "DecryptBackups"
    actions   = ["kms:Decrypt"]
    resources = [local.key.arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:aws:s3:arn"
      values   = [local.bucket.arn]
    }
  }

  statement {
    sid       = "EncryptReplica"
    actions   = ["kms:Encrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.backups["replica"].arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.recovery_region}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:aws:s3:arn"
      values   = [local.replica.arn]
    }
  }
}

resource "aws_iam_role" "replication" {
  count = local.has_replica ? 1 : 0

  name                 = "${var.environment}-backup-replication"
  description          = "Copies the backups of ${var.environment} to ${var.recovery_region}."
  assume_role_policy   = data.aws_iam_policy_document.replication_trust[0].json
  permissions_boundary = var.control_plane.permissions_boundary_arn
}

resource "aws_iam_role_policy" "replication" {
  count = local.has_replica ? 1 : 0

  name   = "replication"
  role   = aws_iam_role.replication[0].id
  policy = data.aws_iam_policy_document.replication[0].json
}

resource "aws_s3_bucket_replication_configuration" "backups" {
  count = local.has_replica ? 1 : 0

  bucket = local.bucket.id
  role   = aws_iam_role.replication[0].arn

  rule {
    id     = "all-backups"
    status = "Enabled"

    filter {}

    # The copy forgets what Velero deleted, else it would grow for ever and no longer be what the repository says
    # it is. S3 never copies the deletion of a version: who empties the bucket does not empty the copy.
    delete_marker_replication {
      status = "Enabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket = local.replica.arn

      encryption_configuration {
        replica_kms_key_id = aws_kms_key.backups["replica"].arn
      }

      # Tells how far behind the copy is; the metrics cost what CloudWatch takes for custom ones.
      metrics {
        status = "Enabled"
      }
    }
  }

  depends_on = [
    aws_iam_role_policy.replication,
    aws_s3_bucket_policy.backups,
    aws_s3_bucket_public_access_block.backups,
    aws_s3_bucket_server_side_encryption_configuration.backups,
    aws_s3_bucket_versioning.backups,
  ]
}
