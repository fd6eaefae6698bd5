# OpenCost asks every region for what nobody uses. Only this one is the environment's; the others' refusals are
# a line in its log. Describe calls know no narrower resource.
data "aws_iam_policy_document" "opencost" {
  statement {
    sid = "SeeUnusedAssets"
    actions = [
      "ec2:DescribeAddresses",
      "ec2:DescribeVolumes",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.region]
    }
  }
}

module "opencost_role" {
  source = "../modules/irsa-role"
  count  = var.unused_assets ? 1 : 0

  name                     = "${var.environment}-opencost"
  description              = "Sees the volumes and addresses of ${var.environment} that nothing uses."
  oidc_provider_arn        = local.foundation.oidc_provider_arn
  oidc_issuer              = local.foundation.oidc_issuer
  pod_identity_cluster     = local.foundation.pod_identity ? local.foundation.cluster_name : null
  namespace                = "opencost"
  service_account          = local.service_account
  policy                   = data.aws_iam_policy_document.opencost.json
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
