data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_availability_zones" "this" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  zones      = var.zones == null ? slice(data.aws_availability_zones.this.names, 0, 3) : var.zones
  private    = var.endpoint_mode == "private"

  # On everything, also on what AWS and its controllers make on our behalf, where the provider does not reach.
  tags = merge(var.tags, {
    "strata:environment" = var.environment
    "strata:layer"       = "foundation"
    "strata:managed-by"  = "terraform"
  })

  pod_identity_cluster = var.pod_identity ? aws_eks_cluster.this.name : null

  oidc_issuer = trimprefix(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
}
