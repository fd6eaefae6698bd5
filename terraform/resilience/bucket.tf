# Where backups lie: one bucket, and by one variable a copy of it in a second region. What protects the one
# protects the other.

locals {
  has_replica = var.recovery_region != null

  locations = merge(
    { primary = { region = var.region, key = "backups" } },
    local.has_replica ? { replica = { region = var.recovery_region, key = "backups-replica" } } : {},
  )

  bucket  = aws_s3_bucket.backups["primary"]
  key     = aws_kms_key.backups["primary"]
  replica = one([for name, bucket in aws_s3_bucket.backups : bucket if name == "replica"])
}

resource "aws_kms_key" "backups" {
  for_each = local.locations

  region                  = each.value.region
  description             = "Backups of ${var.environment}, ${each.key}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

resource "aws_kms_alias" "backups" {
  for_each = local.locations

  region        = each.value.region
  name          = "alias/${var.environment}-${each.value.key}"
  target_key_id = aws_kms_key.backups[each.key].key_id
}

resource "aws_s3_bucket" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = "${var.environment}-backups-${local.account_id}-${each.value.region}"

  # So that, where a person takes it, it goes before the key: without that, what is in it would be noise.
  depends_on = [aws_kms_key.backups]
}

resource "aws_s3_bucket_ownership_controls" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = aws_s3_bucket.backups[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = aws_s3_bucket.backups[each.key].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = aws_s3_bucket.backups[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = aws_s3_bucket.backups[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.backups[each.key].arn
    }
  }
}

# Velero deletes what is past its time. An old object may still hold blocks that yesterday's backup needs,
# and an archived one cannot be read, so nothing current ever expires or moves by age.
resource "aws_s3_bucket_lifecycle_configuration" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = aws_s3_bucket.backups[each.key].id

  rule {
    id     = "expire-noncurrent-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.backups]
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.locations

  statement {
    sid     = "OnlyOverTls"
    effect  = "Deny"
    actions = ["s3:*"]
    resources = [
      aws_s3_bucket.backups[each.key].arn,
      "${aws_s3_bucket.backups[each.key].arn}/*",
    ]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "backups" {
  for_each = local.locations

  region = each.value.region
  bucket = aws_s3_bucket.backups[each.key].id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.backups]
}
