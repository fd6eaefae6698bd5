# In two groups, which is the order of an upgrade: what nodes need goes before them, what needs nodes comes after.
# Each has the release that EKS offers for kubernetes_version, so that an upgrade takes them along.

locals {
  # Settings by name; none for most.
  addons_before_nodes = {
    # Without it a NetworkPolicy is accepted by the API and enforced by nobody.
    "vpc-cni"                = { enableNetworkPolicy = "true" }
    "kube-proxy"             = null
    "eks-pod-identity-agent" = null
  }

  addons_after_nodes = {
    "coredns" = null

    # Volumes are made by the driver, not by terraform; a sweep for orphans finds them by the same tags.
    "aws-ebs-csi-driver"  = { controller = { extraVolumeTags = local.tags } }
    "snapshot-controller" = null
  }

  addons = toset(concat(keys(local.addons_before_nodes), keys(local.addons_after_nodes)))
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.addons_before_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = local.addon_versions[each.key]
  configuration_values        = each.value == null ? null : jsonencode(each.value)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

# Degraded until there are nodes to run on, as is every add-on that is a Deployment.
resource "aws_eks_addon" "after_nodes" {
  for_each = local.addons_after_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = local.addon_versions[each.key]
  configuration_values        = each.value == null ? null : jsonencode(each.value)
  service_account_role_arn    = each.key == "aws-ebs-csi-driver" && !var.pod_identity ? module.ebs_csi_role.arn : null
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_eks_node_group.this]
}
