mock_provider "aws" {
  source = "../tests/mocks"
}

mock_provider "helm" {}

mock_provider "kubernetes" {}

mock_provider "random" {}

override_data {
  target = data.terraform_remote_state.foundation

  values = {
    outputs = {
      cluster_name                  = "demo"
      cluster_endpoint              = "https://demo.eks.example.com"
      cluster_certificate_authority = "Y2VydGlmaWNhdGU="
      oidc_provider_arn             = "arn:aws:iam::111122223333:oidc-provider/oidc.example.com"
      oidc_issuer                   = "oidc.example.com"
      zone_id                       = "Z0123456789"
      vpc_id                        = "vpc-demo"
      kms_key_arn                   = "arn:aws:kms:eu-central-1:111122223333:key/one"
      pod_identity                  = false
      kubernetes_version            = "1.35"
      interface_endpoints           = []

      irsa_role_arns = {
        cert-manager       = "arn:aws:iam::111122223333:role/demo-cert-manager"
        cluster-autoscaler = "arn:aws:iam::111122223333:role/demo-cluster-autoscaler"
        secret-store       = "arn:aws:iam::111122223333:role/demo-secret-store"
      }
    }
  }
}

override_data {
  target = data.terraform_remote_state.observability

  values = {
    outputs = {
      prometheus = {
        namespace = "observability"
        service   = "prometheus"
        name      = "prometheus"
        port      = 9090
      }
    }
  }
}

variables {
  environment = "demo"
  region      = "eu-central-1"

  upstream = {
    bucket = "states"
    region = "eu-central-1"
  }

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

run "unused_assets" {
  command = plan

  assert {
    condition     = length(module.opencost_role) == 1
    error_message = "OpenCost needs a role to see what nothing uses."
  }
}

run "no_role" {
  command = plan

  variables {
    unused_assets = false
    ui            = false
  }

  assert {
    condition     = length(module.opencost_role) == 0
    error_message = "Without unused assets OpenCost asks AWS nothing that needs a role."
  }

  assert {
    condition     = !yamldecode(helm_release.opencost.values[0]).opencost.ui.enabled
    error_message = "The page is not installed."
  }
}
