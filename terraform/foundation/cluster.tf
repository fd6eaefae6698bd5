data "aws_iam_policy_document" "cluster_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["eks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "cluster" {
  statement {
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:ListGrants",
    ]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_role" "cluster" {
  name                 = "${var.environment}-cluster"
  description          = "The EKS control plane of ${var.environment}."
  assume_role_policy   = data.aws_iam_policy_document.cluster_trust.json
  permissions_boundary = var.control_plane.permissions_boundary_arn
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_iam_role_policy" "cluster" {
  name   = "encrypt-secrets"
  role   = aws_iam_role.cluster.id
  policy = data.aws_iam_policy_document.cluster.json
}

# Made before the cluster, or EKS makes one itself that never expires.
resource "aws_cloudwatch_log_group" "cluster" {
  name              = "/aws/eks/${var.environment}/cluster"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_eks_cluster" "this" {
  name     = var.environment
  version  = var.kubernetes_version
  role_arn = aws_iam_role.cluster.arn

  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  bootstrap_self_managed_addons = false

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.this.arn
    }
  }

  upgrade_policy {
    support_type = var.support_type
  }

  vpc_config {
    subnet_ids              = [for subnet in aws_subnet.intra : subnet.id]
    endpoint_private_access = true
    endpoint_public_access  = !local.private
    public_access_cidrs     = local.private ? null : concat(["${var.control_plane.nat_address}/32"], var.public_access_cidrs)
  }

  depends_on = [
    aws_cloudwatch_log_group.cluster,
    aws_iam_role_policy.cluster,
    aws_iam_role_policy_attachment.cluster,
    aws_route_table_association.intra,
  ]

  lifecycle {
    precondition {
      condition     = contains(keys(local.offered_versions), var.kubernetes_version)
      error_message = "kubernetes_version ${var.kubernetes_version} is not offered by EKS in ${var.region}: choose one of ${join(", ", sort(keys(local.offered_versions)))}."
    }

    precondition {
      condition     = local.minor_step == null || coalesce(local.minor_step, 0) >= 0
      error_message = "kubernetes_version ${var.kubernetes_version} is older than what the cluster runs (${coalesce(local.running_version, "none")}), and EKS cannot go back: set it to ${coalesce(local.running_version, "none")}."
    }

    precondition {
      condition     = local.minor_step == null || coalesce(local.minor_step, 0) <= 1
      error_message = "kubernetes_version ${var.kubernetes_version} skips a minor version: the cluster runs ${coalesce(local.running_version, "none")}, so set kubernetes_version to ${coalesce(local.next_version, "none")} first, deploy, and go on from there. docs/upgrading.md says what to read before."
    }
  }
}

# EKS presents a certificate that IAM trusts by itself, so there is no thumbprint to keep.
resource "aws_iam_openid_connect_provider" "this" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}
