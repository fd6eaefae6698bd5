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

run "no_firewall_before_a_proxy" {
  command = plan

  assert {
    condition     = length(aws_wafv2_web_acl.edge) + length(aws_wafv2_web_acl_association.edge) + length(aws_cloudwatch_metric_alarm.edge_errors) == 0
    error_message = "A network load balancer takes no firewall and has other metrics."
  }
}

run "firewall" {
  command = plan

  variables {
    edge = "alb"
  }

  assert {
    condition     = toset([for rule in aws_wafv2_web_acl.edge[0].rule : rule.name]) == toset(["rate-limit", "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"])
    error_message = "By default three groups of AWS and the limit."
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.edge[0].rule : length(rule.override_action[0].none) == 1 if rule.name != "rate-limit"])
    error_message = "The groups refuse what they find."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.edge) == 1 && startswith(aws_cloudwatch_log_group.firewall[0].name, "aws-waf-logs-")
    error_message = "It stands before the load balancer and writes a log that AWS WAF takes."
  }
}

run "counting" {
  command = plan

  variables {
    edge     = "alb"
    firewall = { blocks = false, managed_rules = { AWSManagedRulesSQLiRuleSet = [] } }
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.edge[0].rule : length(rule.override_action[0].count) == 1 if rule.name != "rate-limit"])
    error_message = "The groups only count."
  }

  assert {
    condition     = toset([for rule in aws_wafv2_web_acl.edge[0].rule : rule.name]) == toset(["rate-limit", "AWSManagedRulesSQLiRuleSet"])
    error_message = "The groups that are named, and the limit."
  }
}

run "without" {
  command = plan

  variables {
    edge     = "alb"
    firewall = null
  }

  assert {
    condition     = length(aws_wafv2_web_acl.edge) + length(aws_cloudwatch_log_group.firewall) == 0
    error_message = "null is no firewall."
  }
}

run "group_with_a_fee" {
  command = plan

  variables {
    edge     = "alb"
    firewall = { managed_rules = { AWSManagedRulesBotControlRuleSet = [] } }
  }

  expect_failures = [var.firewall]
}

run "limit_below_a_page" {
  command = plan

  variables {
    edge     = "alb"
    firewall = { rate_limit = 10 }
  }

  expect_failures = [var.firewall]
}
