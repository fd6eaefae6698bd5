data "aws_iam_policy_document" "key" {
  statement {
    sid       = "AccountAdministersThroughIam"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account_id}:root"]
    }
  }

  # As in the key that AWS manages for EBS: Auto Scaling starts the nodes with a service-linked role,
  # and naming a role that a fresh account does not have yet would make the policy invalid.
  statement {
    sid = "VolumesThroughEc2"
    actions = [
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:CallerAccount"
      values   = [local.account_id]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ec2.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid = "LogGroupsOfThisEnvironment"
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values = [
        "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:/aws/eks/${var.environment}/cluster",
        "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:/aws/vpc/${var.environment}/flow-logs",
        "arn:${local.partition}:logs:${var.region}:${local.account_id}:log-group:aws-waf-logs-${var.environment}",
      ]
    }
  }
}

resource "aws_kms_key" "this" {
  description             = "Kubernetes secrets, volumes and logs of ${var.environment}"
  deletion_window_in_days = 30
  enable_key_rotation     = true
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.environment}-platform"
  target_key_id = aws_kms_key.this.key_id
}
