data "aws_iam_policy_document" "velero" {
  source_policy_documents = data.aws_iam_policy_document.restore_from[*].json

  statement {
    sid = "Objects"
    actions = [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ]
    resources = ["${local.bucket.arn}/*"]
  }

  statement {
    sid       = "Bucket"
    actions   = ["s3:ListBucket"]
    resources = [local.bucket.arn]
  }

  statement {
    sid = "ObjectKey"
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKey*",
    ]
    resources = [local.key.arn]
  }

  # Describe calls know no narrower resource.
  statement {
    sid = "SeeVolumes"
    actions = [
      "ec2:DescribeSnapshots",
      "ec2:DescribeVolumes",
    ]
    resources = ["*"]
  }

  # A backup only snapshots. A restore makes volumes: without CreateVolume it fails when it is needed.
  statement {
    sid = "SnapshotAndRestoreVolumes"
    actions = [
      "ec2:CreateSnapshot",
      "ec2:CreateTags",
      "ec2:CreateVolume",
    ]
    resources = [
      "arn:${local.partition}:ec2:${var.region}:${local.account_id}:volume/*",
      "arn:${local.partition}:ec2:${var.region}::snapshot/*",
    ]
  }

  statement {
    sid       = "DeleteOwnSnapshots"
    actions   = ["ec2:DeleteSnapshot"]
    resources = ["arn:${local.partition}:ec2:${var.region}::snapshot/*"]

    condition {
      test     = "StringLike"
      variable = "aws:ResourceTag/velero.io/backup"
      values   = ["*"]
    }
  }

  statement {
    sid = "VolumeKey"
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncrypt*",
    ]
    resources = [local.foundation.kms_key_arn]
  }

  statement {
    sid       = "VolumeKeyForEc2"
    actions   = ["kms:CreateGrant"]
    resources = [local.foundation.kms_key_arn]

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

module "velero_role" {
  source = "../modules/irsa-role"

  name                     = "${var.environment}-velero"
  description              = "Backs up and restores ${var.environment}."
  oidc_provider_arn        = local.foundation.oidc_provider_arn
  oidc_issuer              = local.foundation.oidc_issuer
  pod_identity_cluster     = local.foundation.pod_identity ? local.foundation.cluster_name : null
  namespace                = "velero"
  service_account          = "velero-server"
  policy                   = data.aws_iam_policy_document.velero.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
