mock_provider "aws" {
  source = "../../tests/mocks"
}

mock_provider "helm" {}

mock_provider "kubernetes" {}

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

  control_plane = {
    account_id               = "111122223333"
    vpc_id                   = "vpc-control"
    vpc_cidr                 = "10.255.0.0/24"
    route_table_ids          = ["rtb-one"]
    nat_address              = "198.51.100.7"
    security_group_ids       = ["sg-runner"]
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/demo-platform-boundary"
    principals               = { apply = [], plan = [], validate = [] }
  }

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

  # It warns that this edge has ended.
  expect_failures = [check.charts_are_supported]

  assert {
    condition     = length(helm_release.ingress_nginx) == 1 && length(helm_release.envoy_gateway) == 0
    error_message = "nginx installs ingress-nginx and nothing else at the edge."
  }

  assert {
    condition     = yamldecode(helm_release.ingress_nginx[0].values[0]).controller.service.enableHttp
    error_message = "HTTP-01 challenges come over plain HTTP."
  }

  assert {
    condition     = strcontains(yamldecode(helm_release.ingress_nginx[0].values[0]).controller.config["http-snippet"], "rate=100r/s")
    error_message = "An address is limited by default."
  }
}

run "nginx_without_limit" {
  command = plan

  variables {
    edge       = "nginx"
    rate_limit = null
  }

  expect_failures = [check.charts_are_supported]

  assert {
    condition     = length(yamldecode(helm_release.ingress_nginx[0].values[0]).controller.config) == 0
    error_message = "Without a limit nothing is counted."
  }
}

run "envoy" {
  command = plan

  variables {
    edge = "envoy"
  }

  assert {
    condition     = length(helm_release.ingress_nginx) == 0 && length(helm_release.envoy_gateway) == 1
    error_message = "envoy installs Envoy Gateway and nothing else at the edge."
  }

  assert {
    condition     = length([for object in yamldecode(helm_release.argocd.values[0]).extraObjects : object if object.kind == "BackendTrafficPolicy"]) == 1
    error_message = "An address is limited by default."
  }
}

run "envoy_without_limit" {
  command = plan

  variables {
    edge       = "envoy"
    rate_limit = null
  }

  assert {
    condition     = alltrue([for object in yamldecode(helm_release.argocd.values[0]).extraObjects : object.kind != "BackendTrafficPolicy"])
    error_message = "Without a limit nothing is counted."
  }
}

run "limit_below_a_page" {
  command = plan

  variables {
    edge       = "envoy"
    rate_limit = 1
  }

  expect_failures = [var.rate_limit]
}

run "no_spare_proxy" {
  command = plan

  variables {
    edge             = "envoy"
    ingress_replicas = 1
  }

  expect_failures = [var.ingress_replicas]
}

run "alb" {
  command = plan

  variables {
    edge = "alb"
  }

  assert {
    condition     = length(helm_release.ingress_nginx) + length(helm_release.envoy_gateway) == 0 && length(helm_release.aws_load_balancer_controller) == 1
    error_message = "alb installs its controller and no proxy."
  }

  assert {
    condition     = aws_acm_certificate.edge[0].domain_name == "*.demo.example.com" && aws_acm_certificate.edge[0].validation_method == "DNS"
    error_message = "One certificate covers every host of the domain."
  }

  assert {
    condition     = kubernetes_ingress_v1.edge[0].spec[0].ingress_class_name == "alb" && kubernetes_ingress_v1.edge[0].metadata[0].annotations["alb.ingress.kubernetes.io/ssl-redirect"] == "443"
    error_message = "The load balancer is there before any application, and sends everybody to HTTPS."
  }
}

run "unknown_edge" {
  command = plan

  variables {
    edge = "haproxy"
  }

  expect_failures = [var.edge]
}
