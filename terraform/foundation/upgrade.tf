# What EKS offers, what runs, and whether the step between the two is one that EKS takes. All of it is asked when a
# plan is made, so that a wrong version is refused before anything is touched.

data "aws_eks_cluster_versions" "offered" {}

data "aws_eks_clusters" "existing" {}

data "aws_eks_cluster" "running" {
  for_each = toset([for name in data.aws_eks_clusters.existing.names : name if name == var.environment])

  name = each.key
}

# The release of each add-on that EKS installs by default with this version of Kubernetes.
data "aws_eks_addon_version" "this" {
  for_each = local.addons

  addon_name         = each.key
  kubernetes_version = var.kubernetes_version
}

locals {
  offered_versions = { for offered in data.aws_eks_cluster_versions.offered.cluster_versions : offered.cluster_version => offered.version_status }
  running_version  = one([for cluster in data.aws_eks_cluster.running : cluster.version])

  # Null for the first deployment, when any version goes.
  minor_step = local.running_version == null ? null : tonumber(split(".", var.kubernetes_version)[1]) - tonumber(split(".", local.running_version)[1])

  next_version = local.running_version == null ? null : "1.${tonumber(split(".", local.running_version)[1]) + 1}"

  addon_versions = { for name, addon in data.aws_eks_addon_version.this : name => lookup(var.addon_versions, name, addon.version) }
}

check "kubernetes_version_is_in_standard_support" {
  assert {
    condition     = lookup(local.offered_versions, var.kubernetes_version, "STANDARD_SUPPORT") == "STANDARD_SUPPORT"
    error_message = "Kubernetes ${var.kubernetes_version} is in extended support: the control plane costs 0.60 USD an hour instead of 0.10. Raise kubernetes_version one minor at a time; docs/upgrading.md says how."
  }
}
