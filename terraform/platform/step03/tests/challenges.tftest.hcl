mock_provider "aws" {
  source = "../../tests/mocks"
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
  target = data.kubernetes_ingress_v1.edge

  values = {
    status = [{ load_balancer = [{ ingress = [{ hostname = "demo-edge-12.eu-central-1.elb.amazonaws.com", ip = "" }] }] }]
  }
}

override_data {
  target = data.kubernetes_service_v1.ingress

  values = {
    status = [{ load_balancer = [{ ingress = [{ hostname = "edge-0a1b.elb.eu-central-1.amazonaws.com", ip = "" }] }] }]
  }
}

variables {
  environment = "demo"
  region      = "eu-central-1"
  domain      = "demo.example.com"
  email       = "platform@example.com"

  upstream = {
    bucket = "states"
    region = "eu-central-1"
  }
}

run "http01" {
  command = plan

  assert {
    condition     = alltrue([for issuer in kubernetes_manifest.issuers : can(issuer.manifest.spec.acme.solvers[0].http01)])
    error_message = "Challenges are answered through the edge by default."
  }

  assert {
    condition     = toset([for record in aws_route53_record.hosts : record.name]) == toset(["app.demo.example.com", "grafana.demo.example.com"])
    error_message = "Both hosts have a record."
  }
}

run "dns01" {
  command = plan

  variables {
    challenge = "dns01"
    hosts     = ["app"]
  }

  assert {
    condition     = alltrue([for issuer in kubernetes_manifest.issuers : can(issuer.manifest.spec.acme.solvers[0].dns01)])
    error_message = "Challenges are answered in the zone."
  }

  assert {
    condition     = length(aws_route53_record.hosts) == 1
    error_message = "Only the hosts that are named have a record."
  }
}

run "alb_challenges" {
  command = plan

  variables {
    edge = "alb"
  }

  assert {
    condition     = alltrue([for issuer in kubernetes_manifest.issuers : can(issuer.manifest.spec.acme.solvers[0].dns01)])
    error_message = "Behind a load balancer challenges are answered in the zone."
  }
}

run "http01_behind_a_load_balancer" {
  command = plan

  variables {
    edge      = "alb"
    challenge = "http01"
  }

  expect_failures = [var.challenge]
}
