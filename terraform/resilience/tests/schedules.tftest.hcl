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

# Applied, because the values of the chart name a bucket and a role that a plan does not know.
run "default" {
  command = apply

  assert {
    condition     = output.schedules == ["velero-daily", "velero-monthly", "velero-weekly"]
    error_message = "Backups are made daily, weekly and monthly."
  }

  assert {
    condition     = yamldecode(helm_release.velero.values[0]).schedules.daily.template.ttl == "720h0m0s"
    error_message = "A daily backup lives 30 days."
  }
}

run "another_hour" {
  command = apply

  variables {
    schedules = { daily = { cron = "0 1 * * *", days = 7 } }
  }

  assert {
    condition     = yamldecode(helm_release.velero.values[0]).schedules.daily.schedule == "0 1 * * *" && yamldecode(helm_release.velero.values[0]).schedules.daily.template.ttl == "168h0m0s"
    error_message = "The daily backup comes when it is told and lives as long as it is told."
  }

  assert {
    condition     = yamldecode(helm_release.velero.values[0]).schedules.weekly.schedule == "0 3 * * 0"
    error_message = "What is not named keeps its default."
  }
}

run "moved" {
  command = apply

  variables {
    move_snapshots = true
  }

  assert {
    condition     = yamldecode(helm_release.velero.values[0]).schedules.daily.template.snapshotMoveData && yamldecode(helm_release.velero.values[0]).configuration.features == "EnableCSI"
    error_message = "The daily backup puts the contents of volumes into the bucket."
  }

  assert {
    condition     = contains([for object in yamldecode(helm_release.velero.values[0]).extraObjects : object.kind], "VolumeSnapshotClass")
    error_message = "Without a class of its own Velero finds no way to snapshot."
  }
}

run "no_time" {
  command = plan

  variables {
    schedules = { daily = { cron = "daily", days = 30 } }
  }

  expect_failures = [var.schedules]
}
