data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

data "terraform_remote_state" "platform_step02" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "platform-step02/terraform.tfstate"
    region = var.upstream.region
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
  platform   = data.terraform_remote_state.platform_step02.outputs
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  # Names that the layer's objects use are those of the namespaces once they are there.
  namespace = { for name, namespace in kubernetes_namespace_v1.this : name => namespace.metadata[0].name }
}
