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

run "default" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.this) == 1
    error_message = "One NAT gateway is enough unless nat_per_zone says otherwise."
  }

  assert {
    condition     = length(aws_vpc_peering_connection.control_plane) == 1 && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "A private endpoint is reached from the peered control plane only."
  }

  assert {
    condition     = length(aws_route53_zone.this) == 1 && length(data.aws_route53_zone.this) == 0
    error_message = "The zone is made here by default."
  }
}

run "everything_else" {
  command = plan

  variables {
    nat_per_zone        = true
    endpoint_mode       = "public-restricted"
    public_access_cidrs = ["203.0.113.0/24"]
    zone                = { create = false }
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3
    error_message = "Each zone has a way out of its own."
  }

  assert {
    condition     = length(aws_vpc_peering_connection.control_plane) == 0
    error_message = "Nothing is peered for a public endpoint."
  }

  assert {
    condition     = toset(aws_eks_cluster.this.vpc_config[0].public_access_cidrs) == toset(["198.51.100.7/32", "203.0.113.0/24"])
    error_message = "The endpoint answers the control plane and those named, and nobody else."
  }

  assert {
    condition     = length(aws_route53_zone.this) == 0
    error_message = "A zone that exists is looked up, not made."
  }
}

run "endpoints" {
  command = plan

  variables {
    interface_endpoints = ["ecr.api", "ecr.dkr"]
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 2 && length(aws_security_group.endpoints) == 1
    error_message = "Each service that is named is reached inside the VPC."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled])
    error_message = "Nobody need know of the endpoint: the service's own name leads to it."
  }
}

run "pod_identity" {
  command = plan

  variables {
    pod_identity = true
  }

  assert {
    condition     = output.pod_identity && aws_eks_addon.after_nodes["aws-ebs-csi-driver"].service_account_role_arn == null
    error_message = "By Pod Identity no service account is annotated, that of an add-on neither."
  }
}
