provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

locals {
  cluster_ca_certificate = base64decode(local.foundation.cluster_certificate_authority)

  # A token lives 15 minutes; it is made anew whenever a provider needs one.
  token_command = ["eks", "get-token", "--cluster-name", local.foundation.cluster_name, "--region", var.region]
}

provider "kubernetes" {
  host                   = local.foundation.cluster_endpoint
  cluster_ca_certificate = local.cluster_ca_certificate

  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = local.token_command
  }
}

provider "helm" {
  kubernetes = {
    host                   = local.foundation.cluster_endpoint
    cluster_ca_certificate = local.cluster_ca_certificate

    exec = {
      api_version = "client.authentication.k8s.io/v1beta1"
      command     = "aws"
      args        = local.token_command
    }
  }
}
