data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

locals {
  foundation = data.terraform_remote_state.foundation.outputs

  # What service accounts are annotated with, by purpose: their role, or nothing where Pod Identity gives it to them.
  role_annotations = {
    for purpose, arn in local.foundation.irsa_role_arns : purpose => {
      for name, value in { "eks.amazonaws.com/role-arn" = arn } : name => value if !local.foundation.pod_identity
    }
  }

  # Enforced pod security by namespace; the stricter standard is warned about where it is not enforced yet.
  namespaces = {
    "argocd"           = "baseline"
    "cert-manager"     = "restricted"
    "edge"             = "baseline"
    "external-secrets" = "restricted"
  }
}

resource "kubernetes_namespace_v1" "this" {
  for_each = local.namespaces

  metadata {
    name = each.key

    labels = {
      "pod-security.kubernetes.io/enforce" = each.value
      "pod-security.kubernetes.io/warn"    = "restricted"
      "pod-security.kubernetes.io/audit"   = "restricted"
    }
  }
}

# The gp2 that EKS brings is not the default, and stays unencrypted for whoever asks for it by name.
resource "kubernetes_storage_class_v1" "gp3" {
  metadata {
    name = "gp3"

    annotations = {
      "storageclass.kubernetes.io/is-default-class" = "true"
    }
  }

  storage_provisioner    = "ebs.csi.aws.com"
  reclaim_policy         = "Delete"
  volume_binding_mode    = "WaitForFirstConsumer"
  allow_volume_expansion = true

  parameters = {
    type      = "gp3"
    encrypted = "true"
    kmsKeyId  = local.foundation.kms_key_arn

    # What resilience's plan of AWS Backup selects by.
    "tagSpecification_1" = "strata:backup=${var.environment}"
  }
}
