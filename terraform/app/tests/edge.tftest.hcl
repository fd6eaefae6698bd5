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
      public_subnet_cidrs           = ["10.0.96.0/22", "10.0.100.0/22", "10.0.104.0/22"]
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
}

run "nginx" {
  command = plan

  variables {
    edge = "nginx"
  }

  assert {
    condition     = length(kubernetes_ingress_v1.frontend) == 1 && length(kubernetes_manifest.listeners) == 0
    error_message = "ingress-nginx is given an Ingress and no Gateway."
  }

  assert {
    condition     = kubernetes_ingress_v1.frontend[0].spec[0].tls[0].secret_name == kubernetes_manifest.certificate[0].manifest.spec.secretName
    error_message = "The Ingress serves the certificate that is asked for."
  }
}

run "envoy" {
  command = plan

  variables {
    edge   = "envoy"
    issuer = "letsencrypt-staging"
  }

  assert {
    condition     = length(kubernetes_ingress_v1.frontend) == 0 && length(kubernetes_manifest.listeners) == 1
    error_message = "Envoy Gateway is given listeners and no Ingress."
  }

  assert {
    condition     = kubernetes_manifest.certificate[0].manifest.spec.issuerRef.name == "letsencrypt-staging"
    error_message = "The certificate comes from the issuer that is named."
  }
}

run "alb" {
  command = plan

  variables {
    edge = "alb"
  }

  assert {
    condition     = kubernetes_ingress_v1.frontend[0].spec[0].ingress_class_name == "alb" && length(kubernetes_manifest.listeners) == 0
    error_message = "The load balancer is given an Ingress of its class and no Gateway."
  }

  assert {
    condition     = length(kubernetes_manifest.certificate) == 0 && length(kubernetes_ingress_v1.frontend[0].spec[0].tls) == 0
    error_message = "The certificate is that of the load balancer."
  }

  assert {
    condition     = [for from in kubernetes_network_policy_v1.frontend_from_edge.spec[0].ingress[0].from : from.ip_block[0].cidr] == ["10.0.96.0/22", "10.0.100.0/22", "10.0.104.0/22"]
    error_message = "The load balancer reaches the pods from the public subnets and from nowhere else."
  }
}

run "rotation" {
  command = plan

  variables {
    rotation = "yearly"
  }

  assert {
    condition     = random_password.custom.keepers.period == formatdate("YYYY", plantimestamp())
    error_message = "A new year makes a new secret."
  }
}

run "rotation_that_is_none" {
  command = plan

  variables {
    rotation = "daily"
  }

  expect_failures = [var.rotation]
}
