locals {
  administrators = toset(concat(var.control_plane.principals.apply, var.operators))

  readers = merge(
    { for arn in var.control_plane.principals.plan : arn => "strata:planners" },
    { for arn in var.control_plane.principals.validate : arn => "strata:validators" },
    { for arn in var.control_plane.principals.restore : arn => "strata:restore-verifiers" },
  )
}

resource "aws_eks_access_entry" "administrators" {
  for_each = local.administrators

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value
  type          = "STANDARD"
}

resource "aws_eks_access_policy_association" "administrators" {
  for_each = local.administrators

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.administrators[each.value].principal_arn
  policy_arn    = "arn:${local.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

# The groups mean nothing until platform-step02, and resilience for the last, bind roles to them.
resource "aws_eks_access_entry" "readers" {
  for_each = local.readers

  cluster_name      = aws_eks_cluster.this.name
  principal_arn     = each.key
  kubernetes_groups = [each.value]
  type              = "STANDARD"
}
