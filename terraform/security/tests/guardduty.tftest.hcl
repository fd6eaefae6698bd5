# What GuardDuty watches, by variable.

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
  target = data.terraform_remote_state.platform_step02

  values = {
    outputs = {
      namespaces    = ["argocd", "cert-manager", "edge", "external-secrets"]
      storage_class = "gp3"
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

run "default" {
  command = plan

  assert {
    condition     = length(aws_guardduty_detector.this) == 1 && toset(keys(aws_guardduty_detector_feature.this)) == toset(["EKS_AUDIT_LOGS"])
    error_message = "By default the audit log of the cluster is watched, and no agent runs."
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.findings) == 0
    error_message = "Nobody is told who was not named."
  }
}

run "agent" {
  command = plan

  override_data {
    target = data.terraform_remote_state.foundation

    values = {
      outputs = {
        cluster_name                  = "demo"
        cluster_endpoint              = "https://demo.eks.example.com"
        cluster_certificate_authority = "Y2VydGlmaWNhdGU="
        oidc_provider_arn             = "arn:aws:iam::111122223333:oidc-provider/oidc.example.com"
        oidc_issuer                   = "oidc.example.com"
        pod_identity                  = false
        kubernetes_version            = "1.35"
        interface_endpoints           = ["guardduty-data"]
      }
    }
  }

  variables {
    guardduty     = { runtime_monitoring = true }
    finding_topic = "arn:aws:sns:eu-central-1:111122223333:findings"
  }

  assert {
    condition     = aws_eks_addon.agent[0].addon_name == "aws-guardduty-agent"
    error_message = "The agent is ours, so that it goes when the layer goes."
  }

  assert {
    condition     = alltrue([for agent in aws_guardduty_detector_feature.this["RUNTIME_MONITORING"].additional_configuration : agent.status == "DISABLED"])
    error_message = "GuardDuty installs nothing by itself."
  }

  assert {
    condition     = aws_cloudwatch_event_target.findings[0].arn == var.finding_topic
    error_message = "Severe findings go to the topic that is named."
  }
}

run "the_account_has_one" {
  command = plan

  variables {
    guardduty = { detector = "existing" }
  }

  assert {
    condition     = length(aws_guardduty_detector.this) == 0 && length(aws_guardduty_detector_feature.this) == 1
    error_message = "A region has one detector; ours is then the one that is there."
  }
}

run "off" {
  command = plan

  variables {
    guardduty = { detector = "off" }
  }

  assert {
    condition     = length(aws_guardduty_detector.this) + length(aws_guardduty_detector_feature.this) == 0
    error_message = "Off is off."
  }
}

run "an_agent_without_its_way" {
  command = plan

  variables {
    guardduty = { runtime_monitoring = true }
  }

  expect_failures = [aws_eks_addon.agent]
}

run "an_agent_without_a_detector" {
  command = plan

  variables {
    guardduty = { detector = "off", runtime_monitoring = true }
  }

  expect_failures = [var.guardduty]
}
