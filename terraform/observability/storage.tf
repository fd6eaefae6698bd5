# Logs and traces lie in S3: a volume of one zone would bind each store to that zone, and fills up.
# One bucket for each signal, so that each has its own life and its own reader.

locals {
  # Days an object lives at most, by signal. The stores delete what is past its retention themselves.
  signals = {
    logs   = { lifecycle_days = var.lifecycle_days.logs }
    traces = { lifecycle_days = var.lifecycle_days.traces }
  }
}

resource "aws_kms_key" "telemetry" {
  description             = "Logs and traces of ${var.environment}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

resource "aws_kms_alias" "telemetry" {
  name          = "alias/${var.environment}-telemetry"
  target_key_id = aws_kms_key.telemetry.key_id
}

resource "aws_s3_bucket" "telemetry" {
  for_each = local.signals

  bucket = "${var.environment}-${each.key}-${local.account_id}-${var.region}"
}

resource "aws_s3_bucket_ownership_controls" "telemetry" {
  for_each = local.signals

  bucket = aws_s3_bucket.telemetry[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "telemetry" {
  for_each = local.signals

  bucket = aws_s3_bucket.telemetry[each.key].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# What a mistaken deletion took can be brought back for a week: the backup of this data.
resource "aws_s3_bucket_versioning" "telemetry" {
  for_each = local.signals

  bucket = aws_s3_bucket.telemetry[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "telemetry" {
  for_each = local.signals

  bucket = aws_s3_bucket.telemetry[each.key].id

  rule {
    # One call to KMS for many objects: Loki alone writes thousands a day.
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.telemetry.arn
    }
  }
}

# The net under the stores' own deletion. It must come later than that, or an index names chunks that are gone.
resource "aws_s3_bucket_lifecycle_configuration" "telemetry" {
  for_each = local.signals

  bucket = aws_s3_bucket.telemetry[each.key].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = each.value.lifecycle_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 7
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.telemetry]
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.signals

  statement {
    sid     = "OnlyOverTls"
    effect  = "Deny"
    actions = ["s3:*"]
    resources = [
      aws_s3_bucket.telemetry[each.key].arn,
      "${aws_s3_bucket.telemetry[each.key].arn}/*",
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

resource "aws_s3_bucket_policy" "telemetry" {
  for_each = local.signals

  bucket = aws_s3_bucket.telemetry[each.key].id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.telemetry]
}
