# By choice, and never in anybody's way: nothing waits for it, no gate asks for it, and what it sees stays its own.

locals {
  # What it installs runs privileged (eBPF); Kyverno's policies must exempt the namespaces: docs/original.md.
  pixie_namespace = "pl"
}

data "aws_ssm_parameter" "pixie_deploy_key" {
  count = length(var.pixie[*])

  name = "/${var.environment}/pixie-deploy-key"
}

resource "helm_release" "pixie" {
  count = length(var.pixie[*])

  name             = "pixie"
  repository       = local.charts["pixie-operator-chart"].repository
  chart            = "pixie-operator-chart"
  version          = local.charts["pixie-operator-chart"].version
  namespace        = local.pixie_namespace
  create_namespace = true

  atomic  = false
  wait    = false
  timeout = var.release_timeout_seconds

  values = [yamlencode({
    clusterName    = var.environment
    cloudAddr      = var.pixie.cloud_address
    pemMemoryLimit = var.pixie.memory_limit
  })]

  set_sensitive = [{
    name  = "deployKey"
    value = data.aws_ssm_parameter.pixie_deploy_key[0].value
  }]
}
