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

run "enforced" {
  command = plan

  assert {
    condition     = strcontains(helm_release.kyverno_policies.values[0], "Deny") || strcontains(helm_release.kyverno_policies.values[0], "Enforce")
    error_message = "Policies refuse what violates them."
  }

  assert {
    condition     = kubernetes_cron_job_v1.prowler.spec[0].schedule == "0 5 * * 1"
    error_message = "Prowler audits the account every Monday."
  }
}

run "reported" {
  command = plan

  variables {
    policy_action = "Audit"
    prowler       = { schedule = "0 4 * * *" }
  }

  assert {
    condition     = strcontains(helm_release.kyverno_policies.values[0], "Audit")
    error_message = "Policies only report."
  }

  assert {
    condition     = kubernetes_cron_job_v1.prowler.spec[0].schedule == "0 4 * * *"
    error_message = "Prowler audits when it is told."
  }
}
