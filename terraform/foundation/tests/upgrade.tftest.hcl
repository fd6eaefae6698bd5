# A cluster that runs Kubernetes 1.34, and where it may go from there.

mock_provider "aws" {
  source = "../tests/mocks"
}

variables {
  environment = "demo"
  region      = "eu-central-1"
  domain      = "demo.example.com"

  control_plane = {
    account_id               = "111122223333"
    vpc_id                   = "vpc-control"
    vpc_cidr                 = "10.255.0.0/24"
    route_table_ids          = ["rtb-one", "rtb-two"]
    nat_address              = "198.51.100.7"
    security_group_ids       = ["sg-runner"]
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/demo-platform-boundary"

    principals = {
      apply    = ["arn:aws:iam::111122223333:role/apply"]
      plan     = ["arn:aws:iam::111122223333:role/plan"]
      validate = ["arn:aws:iam::111122223333:role/validate"]
    }
  }
}

override_data {
  target = data.aws_eks_clusters.existing

  values = {
    names = ["another", "demo"]
  }
}

override_data {
  target = data.aws_eks_cluster.running

  values = {
    version = "1.34"
  }
}

run "next" {
  command = plan

  variables {
    kubernetes_version = "1.35"
  }

  assert {
    condition     = aws_eks_cluster.this.version == "1.35" && aws_eks_node_group.this.version == "1.35"
    error_message = "Control plane and nodes go together, by one variable."
  }

  assert {
    condition     = data.aws_eks_addon_version.this["kube-proxy"].kubernetes_version == "1.35"
    error_message = "Add-ons have the release of the version that the cluster will run."
  }
}

run "skips_one" {
  command = plan

  variables {
    kubernetes_version = "1.36"
  }

  expect_failures = [aws_eks_cluster.this]
}

run "stays_in_extended_support" {
  command = plan

  variables {
    kubernetes_version = "1.34"
  }

  expect_failures = [check.kubernetes_version_is_in_standard_support]
}

run "back" {
  command = plan

  override_data {
    target = data.aws_eks_cluster.running

    values = {
      version = "1.36"
    }
  }

  variables {
    kubernetes_version = "1.35"
  }

  expect_failures = [aws_eks_cluster.this]
}
