# What a plan refuses, before anything is asked of AWS.

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

run "no_range" {
  command = plan

  variables {
    vpc_cidr = "10.32.0.0"
  }

  expect_failures = [var.vpc_cidr]
}

run "range_too_narrow" {
  command = plan

  variables {
    vpc_cidr = "10.32.0.0/20"
  }

  expect_failures = [var.vpc_cidr]
}

run "two_zones_for_three_nats" {
  command = plan

  variables {
    zones        = ["eu-central-1a", "eu-central-1b"]
    nat_per_zone = true
  }

  expect_failures = [var.zones]
}

run "one_zone_three_times" {
  command = plan

  variables {
    zones = ["eu-central-1a", "eu-central-1a", "eu-central-1a"]
  }

  expect_failures = [var.zones]
}

run "zones_of_another_region" {
  command = plan

  variables {
    zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  }

  expect_failures = [var.zones]
}

run "half_of_the_internet" {
  command = plan

  variables {
    endpoint_mode       = "public-restricted"
    public_access_cidrs = ["0.0.0.0/1"]
  }

  expect_failures = [var.public_access_cidrs]
}

run "no_minor_version" {
  command = plan

  variables {
    kubernetes_version = "1.35.2"
  }

  expect_failures = [var.kubernetes_version]
}

run "unknown_version" {
  command = plan

  variables {
    kubernetes_version = "1.99"
  }

  expect_failures = [aws_eks_cluster.this]
}

run "no_release_of_an_addon" {
  command = plan

  variables {
    addon_versions = { coredns = "latest" }
  }

  expect_failures = [var.addon_versions]
}

run "an_addon_of_another_version" {
  command = plan

  variables {
    addon_versions = { kube-proxy = "v1.34.1-eksbuild.2" }
  }

  expect_failures = [var.addon_versions]
}

run "an_addon_that_is_not_there" {
  command = plan

  variables {
    addon_versions = { adot = "v0.1.0-eksbuild.1" }
  }

  expect_failures = [var.addon_versions]
}

run "a_gateway_as_interface" {
  command = plan

  variables {
    interface_endpoints = ["s3"]
  }

  expect_failures = [var.interface_endpoints]
}

run "fewer_nodes_than_zones" {
  command = plan

  variables {
    nodes = { minimum = 2 }
  }

  expect_failures = [var.nodes]
}

run "a_retention_that_is_not_offered" {
  command = plan

  variables {
    log_retention_days = 100
  }

  expect_failures = [var.log_retention_days]
}

run "a_session_as_operator" {
  command = plan

  variables {
    operators = ["arn:aws:sts::111122223333:assumed-role/x/y"]
  }

  expect_failures = [var.operators]
}

run "tags_of_the_platform" {
  command = plan

  variables {
    tags = { "strata:layer" = "app" }
  }

  expect_failures = [var.tags]
}
