resource "aws_kms_key" "findings" {
  description             = "Reports of audits of ${var.environment}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

resource "aws_kms_alias" "findings" {
  name          = "alias/${var.environment}-findings"
  target_key_id = aws_kms_key.findings.key_id
}

resource "aws_s3_bucket" "findings" {
  bucket = "${var.environment}-findings-${local.account_id}-${var.region}"

  # So that it is destroyed before the key: one that is not empty stays, and without its key it would be noise.
  depends_on = [aws_kms_key.findings]
}

resource "aws_s3_bucket_ownership_controls" "findings" {
  bucket = aws_s3_bucket.findings.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "findings" {
  bucket = aws_s3_bucket.findings.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "findings" {
  bucket = aws_s3_bucket.findings.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "findings" {
  bucket = aws_s3_bucket.findings.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.findings.arn
    }
  }
}

# A report says what was wrong on its day; after that long nobody is asked about it any more.
resource "aws_s3_bucket_lifecycle_configuration" "findings" {
  bucket = aws_s3_bucket.findings.id

  rule {
    id     = "expire-reports"
    status = "Enabled"

    filter {}

    expiration {
      days = var.prowler.retention_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.findings]
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid     = "OnlyOverTls"
    effect  = "Deny"
    actions = ["s3:*"]
    resources = [
      aws_s3_bucket.findings.arn,
      "${aws_s3_bucket.findings.arn}/*",
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

resource "aws_s3_bucket_policy" "findings" {
  bucket = aws_s3_bucket.findings.id
  policy = data.aws_iam_policy_document.bucket.json

  depends_on = [aws_s3_bucket_public_access_block.findings]
}
