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

variables {
  environment = "demo"
  region      = "eu-central-1"
  domain      = "demo.example.com"

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

run "high_availability" {
  command = plan

  assert {
    condition     = yamldecode(helm_release.kube_prometheus_stack.values[0]).prometheus.prometheusSpec.replicas == 2
    error_message = "Two Prometheus survive the loss of a node."
  }

  assert {
    condition     = yamldecode(helm_release.kube_prometheus_stack.values[0]).alertmanager.alertmanagerSpec.replicas == 3
    error_message = "Three Alertmanagers agree on what they have sent."
  }
}

run "one_of_each" {
  command = plan

  variables {
    high_availability = false
  }

  assert {
    condition     = yamldecode(helm_release.kube_prometheus_stack.values[0]).prometheus.prometheusSpec.replicas == 1
    error_message = "One Prometheus is enough without high availability."
  }
}

run "no_rotation" {
  command = plan

  assert {
    condition     = random_password.grafana.keepers == null && length(local.grafana_init_containers) == 0
    error_message = "Unless asked to, nobody changes the administrator's password."
  }
}

run "rotation" {
  command = plan

  variables {
    rotation = "quarterly"
  }

  assert {
    condition     = can(regex("^[0-9]{4}-Q[1-4]$", random_password.grafana.keepers.period))
    error_message = "A new quarter makes a new password."
  }

  assert {
    condition     = yamldecode(helm_release.kube_prometheus_stack.values[0]).grafana.extraInitContainers[0].env[0].value == random_password.grafana.keepers.period
    error_message = "Grafana restarts with the period, and takes the password before it starts."
  }
}

run "no_pixie" {
  command = plan

  assert {
    condition     = length(helm_release.pixie) == 0
    error_message = "Pixie is a choice."
  }
}

run "pixie" {
  command = plan

  variables {
    pixie = {}
  }

  assert {
    condition     = !helm_release.pixie[0].wait && helm_release.pixie[0].namespace != "observability"
    error_message = "Nothing waits for Pixie, and no gate looks where it is."
  }
}

run "pixie_without_a_port" {
  command = plan

  variables {
    pixie = { cloud_address = "getcosmic.ai" }
  }

  expect_failures = [var.pixie]
}
