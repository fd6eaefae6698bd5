provider "aws" {
  region = var.region

  default_tags {
    tags = merge(var.tags, {
      "strata:environment" = var.environment
      "strata:layer"       = "foundation"
      "strata:managed-by"  = "terraform"
    })
  }
}
