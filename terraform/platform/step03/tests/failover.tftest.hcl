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

run "off" {
  command = plan

  assert {
    condition     = length(aws_route53_health_check.hosts) + length(aws_route53_health_check.edge) + length(aws_route53_record.secondary) == 0
    error_message = "Nobody looks from outside unless asked to."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.hosts : length(record.failover_routing_policy) == 0])
    error_message = "A record alone has no policy."
  }
}

run "checks" {
  command = plan

  variables {
    failover     = { paths = { grafana = "/api/health" } }
    alarm_topics = { us_east_1 = "arn:aws:sns:us-east-1:111122223333:alarms" }
  }

  assert {
    condition     = { for host, check in aws_route53_health_check.hosts : host => check.resource_path } == { app = "/", grafana = "/api/health" }
    error_message = "Each host is asked for its path."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.hosts : alarm.region == "us-east-1" && alarm.alarm_actions == toset(["arn:aws:sns:us-east-1:111122223333:alarms"])])
    error_message = "Its alarm is where Route 53 counts."
  }

  assert {
    condition     = length(aws_route53_record.secondary) == 0 && length(aws_route53_health_check.edge) == 0
    error_message = "Without a second answer nothing fails over."
  }
}

run "to_another_environment" {
  command = plan

  variables {
    failover = { load_balancer = { dns_name = "edge-1.elb.eu-west-1.amazonaws.com", zone_id = "Z2IFOLAFXWLO4F" } }
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.hosts : record.failover_routing_policy[0].type == "PRIMARY" && record.set_identifier == "primary"])
    error_message = "The records here come first."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.secondary : record.failover_routing_policy[0].type == "SECONDARY" && record.alias[0].zone_id == "Z2IFOLAFXWLO4F"])
    error_message = "The other load balancer comes second."
  }

  assert {
    condition     = aws_route53_health_check.edge[0].type == "TCP"
    error_message = "What decides is the load balancer here, not a name that the second one answers to."
  }
}

run "to_an_address" {
  command = plan

  variables {
    failover = { addresses = ["203.0.113.9"] }
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.secondary : record.records == toset(["203.0.113.9"]) && length(record.alias) == 0])
    error_message = "The second answer is the address."
  }
}

run "two_seconds" {
  command = plan

  variables {
    failover = {
      addresses     = ["203.0.113.9"]
      load_balancer = { dns_name = "edge-1.elb.eu-west-1.amazonaws.com", zone_id = "Z2IFOLAFXWLO4F" }
    }
  }

  expect_failures = [var.failover]
}

run "path_of_no_host" {
  command = plan

  variables {
    failover = { paths = { shop = "/" } }
  }

  expect_failures = [var.failover]
}

run "topic_elsewhere" {
  command = plan

  variables {
    failover     = {}
    alarm_topics = { us_east_1 = "arn:aws:sns:eu-central-1:111122223333:alarms" }
  }

  expect_failures = [var.alarm_topics]
}
