# -----------------------------------------------------------------------------
# EBS CSI driver
# -----------------------------------------------------------------------------

data "aws_iam_policy_document" "ebs_csi" {
  statement {
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ]
    resources = [aws_kms_key.this.arn]
  }

  statement {
    actions   = ["kms:CreateGrant"]
    resources = [aws_kms_key.this.arn]

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

module "ebs_csi_role" {
  source = "../modules/irsa-role"

  name                     = "${var.environment}-ebs-csi-driver"
  description              = "Makes, attaches and snapshots the volumes of ${var.environment}."
  oidc_provider_arn        = aws_iam_openid_connect_provider.this.arn
  oidc_issuer              = local.oidc_issuer
  pod_identity_cluster     = local.pod_identity_cluster
  namespace                = "kube-system"
  service_account          = "ebs-csi-controller-sa"
  policy                   = data.aws_iam_policy_document.ebs_csi.json
  managed_policy_arns      = ["arn:${local.partition}:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"]
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}

# -----------------------------------------------------------------------------
# Cluster autoscaler
# -----------------------------------------------------------------------------

data "aws_iam_policy_document" "cluster_autoscaler" {
  # Describe calls know no narrower resource.
  statement {
    actions = [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:DescribeTags",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ]
    resources = ["*"]
  }

  statement {
    actions   = ["eks:DescribeNodegroup"]
    resources = ["arn:${local.partition}:eks:${var.region}:${local.account_id}:nodegroup/${var.environment}/*"]
  }

  statement {
    actions = [
      "autoscaling:SetDesiredCapacity",
      "autoscaling:TerminateInstanceInAutoScalingGroup",
    ]
    resources = ["arn:${local.partition}:autoscaling:${var.region}:${local.account_id}:autoScalingGroup:*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.environment}"
      values   = ["owned"]
    }
  }
}

module "cluster_autoscaler_role" {
  source = "../modules/irsa-role"

  name                     = "${var.environment}-cluster-autoscaler"
  description              = "Sets the number of nodes of ${var.environment}."
  oidc_provider_arn        = aws_iam_openid_connect_provider.this.arn
  oidc_issuer              = local.oidc_issuer
  pod_identity_cluster     = local.pod_identity_cluster
  namespace                = "kube-system"
  service_account          = "cluster-autoscaler"
  policy                   = data.aws_iam_policy_document.cluster_autoscaler.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}

# -----------------------------------------------------------------------------
# Secret store
# -----------------------------------------------------------------------------

data "aws_iam_policy_document" "secret_store" {
  statement {
    actions = [
      "ssm:GetParameter",
      "ssm:GetParameters",
      "ssm:GetParametersByPath",
    ]
    resources = ["arn:${local.partition}:ssm:${var.region}:${local.account_id}:parameter/${var.environment}/*"]
  }
}

module "secret_store_role" {
  source = "../modules/irsa-role"

  name                 = "${var.environment}-secret-store"
  description          = "Reads the parameters of ${var.environment} for external-secrets."
  oidc_provider_arn    = aws_iam_openid_connect_provider.this.arn
  oidc_issuer          = local.oidc_issuer
  pod_identity_cluster = local.pod_identity_cluster
  namespace            = "external-secrets"
  # By IRSA external-secrets asks for a token of an account of its choice; by Pod Identity it has its own only.
  service_account          = var.pod_identity ? "external-secrets" : "secret-store"
  policy                   = data.aws_iam_policy_document.secret_store.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}

# -----------------------------------------------------------------------------
# cert-manager
# -----------------------------------------------------------------------------

data "aws_iam_policy_document" "cert_manager" {
  statement {
    actions   = ["route53:GetChange"]
    resources = ["arn:${local.partition}:route53:::change/*"]
  }

  statement {
    actions   = ["route53:ListResourceRecordSets"]
    resources = [local.zone.arn]
  }

  statement {
    actions   = ["route53:ChangeResourceRecordSets"]
    resources = [local.zone.arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "route53:ChangeResourceRecordSetsRecordTypes"
      values   = ["TXT"]
    }
  }
}

module "cert_manager_role" {
  source = "../modules/irsa-role"

  name                     = "${var.environment}-cert-manager"
  description              = "Answers DNS-01 challenges in the zone of ${var.environment}."
  oidc_provider_arn        = aws_iam_openid_connect_provider.this.arn
  oidc_issuer              = local.oidc_issuer
  pod_identity_cluster     = local.pod_identity_cluster
  namespace                = "cert-manager"
  service_account          = "cert-manager"
  policy                   = data.aws_iam_policy_document.cert_manager.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
