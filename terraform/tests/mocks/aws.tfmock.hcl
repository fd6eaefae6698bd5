# What the layers ask AWS for while they are planned; everything else may be anything.

mock_data "aws_availability_zones" {
  defaults = {
    names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  }
}

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "111122223333"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_iam_policy_document" {
  defaults = {
    json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}

mock_data "aws_eks_cluster_versions" {
  defaults = {
    cluster_versions = [
      { cluster_version = "1.36", version_status = "STANDARD_SUPPORT" },
      { cluster_version = "1.35", version_status = "STANDARD_SUPPORT" },
      { cluster_version = "1.34", version_status = "EXTENDED_SUPPORT" },
    ]
  }
}

mock_data "aws_eks_addon_version" {
  defaults = {
    version = "v1.35.2-eksbuild.2"
  }
}
