# What AWS Backup is told, and what it would refuse every night.

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

run "one_region" {
  command = apply

  assert {
    condition     = length(aws_backup_vault.this) == 1 && length(one(aws_backup_plan.volumes[0].rule).copy_action) == 0
    error_message = "Recovery points stay in one region until there is a second one."
  }

  assert {
    condition     = one(aws_backup_selection.tagged[0].selection_tag).key == "strata:backup" && one(aws_backup_selection.tagged[0].selection_tag).value == "demo"
    error_message = "What is backed up is what bears the tag of this environment."
  }

  assert {
    condition     = length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "Nothing is locked unasked."
  }
}

run "second_region_and_lock" {
  command = apply

  variables {
    recovery_region = "eu-west-1"
    volume_backups  = { days = 60 }
    vault_lock      = { min_days = 30, max_days = 90, changeable_for_days = 7 }
  }

  assert {
    condition     = one(one(aws_backup_plan.volumes[0].rule).copy_action).destination_vault_arn == aws_backup_vault.this["replica"].arn
    error_message = "Each recovery point is copied to the vault of the second region."
  }

  assert {
    condition     = toset([for lock in aws_backup_vault_lock_configuration.this : "${lock.backup_vault_name} ${lock.region} ${lock.min_retention_days}"]) == toset(["demo eu-central-1 30", "demo-replica eu-west-1 30"])
    error_message = "The copy is locked as the original is."
  }
}

run "a_lock_that_can_be_taken_off" {
  command = plan

  variables {
    vault_lock = { min_days = 14, max_days = 60 }
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this["primary"].changeable_for_days == null
    error_message = "Without days of grace the lock is one that whoever has the right takes off."
  }
}

run "none" {
  command = plan

  variables {
    volume_backups = null
  }

  assert {
    condition     = length(aws_backup_vault.this) + length(aws_backup_plan.volumes) + length(aws_iam_role.aws_backup) == 0
    error_message = "Nothing is left of it when it is not wanted."
  }
}

run "locked_for_longer_than_kept" {
  command = plan

  variables {
    vault_lock = { min_days = 60, max_days = 90 }
  }

  expect_failures = [var.vault_lock]
}

run "kept_for_longer_than_the_lock_lets" {
  command = plan

  variables {
    volume_backups = { days = 100 }
    vault_lock     = { min_days = 30, max_days = 90 }
  }

  expect_failures = [var.vault_lock]
}

run "a_day_to_think_again" {
  command = plan

  variables {
    vault_lock = { min_days = 7, max_days = 90, changeable_for_days = 1 }
  }

  expect_failures = [var.vault_lock]
}

run "a_lock_without_a_vault" {
  command = plan

  variables {
    volume_backups = null
    vault_lock     = { min_days = 7, max_days = 90 }
  }

  expect_failures = [var.vault_lock]
}

run "kept_over_no_weekend" {
  command = plan

  variables {
    volume_backups = { days = 2 }
  }

  expect_failures = [var.volume_backups]
}

run "a_schedule_of_unix" {
  command = plan

  variables {
    volume_backups = { schedule = "0 1 * * *" }
  }

  expect_failures = [var.volume_backups]
}

run "gone_before_its_time" {
  command = plan

  variables {
    schedules = { daily = { cron = "0 2 * * *", days = 60 } }
  }

  expect_failures = [var.noncurrent_days]
}

run "gone_before_the_next" {
  command = plan

  variables {
    schedules = { weekly = { cron = "0 3 * * 0", days = 7 } }
  }

  expect_failures = [var.schedules]
}

run "a_copy_beside_the_original" {
  command = plan

  variables {
    recovery_region = "eu-central-1"
  }

  expect_failures = [var.recovery_region]
}
