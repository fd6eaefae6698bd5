provider "aws" {
  region = var.region

  default_tags {
    tags = merge(var.tags, {
      "strata:environment" = var.environment
      "strata:layer"       = "resilience"
      "strata:managed-by"  = "terraform"
    })
  }
}

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
