# Audits the account's configuration, and reads no data: what the two managed policies give is bounded by the
# environment's boundary, whose list of services is what Prowler is told to look at.
data "aws_iam_policy_document" "prowler" {
  statement {
    sid       = "KeepReports"
    actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
    resources = ["${aws_s3_bucket.findings.arn}/*"]
  }

  # A report in parts is encrypted part by part under one data key, which has to be read again.
  statement {
    sid       = "EncryptReports"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.findings.arn]
  }

  # Asked by checks of the services below, and in neither managed policy; they know no narrower resource.
  statement {
    sid = "SettingsOfTheAccount"
    actions = [
      "ec2:GetEbsEncryptionByDefault",
      "ec2:GetInstanceMetadataDefaults",
      "ec2:GetSnapshotBlockPublicAccessState",
      "ecr:GetRegistryScanningConfiguration",
      "s3:GetAccountPublicAccessBlock",
    ]
    resources = ["*"]
  }
}

module "prowler_role" {
  source = "../modules/irsa-role"

  name                 = "${var.environment}-prowler"
  description          = "Audits the account of ${var.environment}, reading configuration and no data."
  oidc_provider_arn    = local.foundation.oidc_provider_arn
  oidc_issuer          = local.foundation.oidc_issuer
  pod_identity_cluster = local.foundation.pod_identity ? local.foundation.cluster_name : null
  namespace            = "prowler"
  service_account      = "prowler"
  policy               = data.aws_iam_policy_document.prowler.json
  managed_policy_arns = [
    "arn:${local.partition}:iam::aws:policy/SecurityAudit",
    "arn:${local.partition}:iam::aws:policy/job-function/ViewOnlyAccess",
  ]
  permissions_boundary_arn = var.control_plane.permissions_boundary_arn
}
