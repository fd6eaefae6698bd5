# Each store may use its own bucket and nothing else.

locals {
  # Service accounts that the charts make, by signal.
  stores = {
    logs   = "loki"
    traces = "tempo"
  }
}

data "aws_iam_policy_document" "store" {
  for_each = local.stores

  statement {
    sid       = "Bucket"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.telemetry[each.key].arn]
  }

  statement {
    sid = "Objects"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]
    resources = ["${aws_s3_bucket.telemetry[each.key].arn}/*"]
  }

  statement {
    sid = "Key"
    actions = [
      "kms:Decrypt",
      "kms:GenerateDataKey",
    ]
    resources = [aws_kms_key.telemetry.arn]
  }
}

module "store_role" {
  source   = "../modules/irsa-role"
  for_each = local.stores

  name                     = "${var.environment}-${each.value}"
  description              = "Keeps the ${each.key} of ${var.environment} in S3."
  oidc_provider_arn        = local.foundation.oidc_provider_arn
  oidc_issuer              = local.foundation.oidc_issuer
  pod_identity_cluster     = local.foundation.pod_identity ? local.foundation.cluster_name : null
  namespace                = "observability"
  service_account          = each.value
  policy                   = data.aws_iam_policy_document.store[each.key].json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
