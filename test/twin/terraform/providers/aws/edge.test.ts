import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { delegate } from "../../../../../lib/twin/network/delegation.ts";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import {
  type CertificateRecord,
  COLLECTIONS,
  type LoadBalancerRecord,
  type ZoneRecord,
} from "../../../../../lib/twin/world/records.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";

const ZONE = `
resource "aws_route53_zone" "this" {
  name = "example.com"
}
`;
const CERTIFICATE = `${ZONE}
resource "aws_acm_certificate" "this" {
  domain_name       = "*.example.com"
  validation_method = "DNS"
}
resource "aws_route53_record" "proof" {
  zone_id = aws_route53_zone.this.zone_id
  name    = one(aws_acm_certificate.this.domain_validation_options).resource_record_name
  type    = one(aws_acm_certificate.this.domain_validation_options).resource_record_type
  records = [one(aws_acm_certificate.this.domain_validation_options).resource_record_value]
  ttl     = 60
}
resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [aws_route53_record.proof.fqdn]
}
`;
const firewall = (limit: number) => `
data "aws_lb" "this" {
  name = "dev-edge"
}
resource "aws_wafv2_web_acl" "this" {
  name  = "dev-edge"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  rule {
    name     = "rate-limit"
    priority = 0
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit = ${limit}
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }
  rule {
    name     = "common"
    priority = 1
    override_action {
      none {}
    }
    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "common"
      sampled_requests_enabled   = true
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "edge"
    sampled_requests_enabled   = true
  }
}
resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = data.aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}
resource "aws_cloudwatch_log_group" "this" {
  name = "aws-waf-logs-dev"
}
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.this.arn]
}
resource "aws_route53_health_check" "this" {
  type          = "HTTPS"
  fqdn          = "app.example.com"
  port          = 443
  resource_path = "/"
}
resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name          = "dev-app"
  region              = "us-east-1"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = aws_route53_health_check.this.id }
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
}
`;
const BALANCER: LoadBalancerRecord = {
  name: "dev-edge",
  arn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/dev-edge/0a1b",
  dnsName: "dev-edge-1.eu-central-1.elb.amazonaws.com",
  hostedZoneId: "Z215JYRZR1TBD5",
  type: "application",
  scheme: "internet-facing",
  addresses: ["203.0.113.1"],
  activeAt: 0,
  tags: {},
};

/** What the API of another resource's type says is not asked; a layer is applied, planned again, and changed. */
describe("a certificate of AWS", () => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await openWorkshop([awsProvider]);
  });
  afterAll(() => shop.close());
  const issued = () => shop.world.collection<CertificateRecord>(COLLECTIONS.certificates).values()[0];

  it("is not issued while nobody names the zone's servers", async () => {
    shop.write(CERTIFICATE);
    const { exitCode, stderr } = await shop.apply();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("last state: 'PENDING_VALIDATION'");
    expect(issued()?.status).toBe("PENDING_VALIDATION");
  });

  it("is issued once its record can be read, and then nothing is left to do", async () => {
    const [zone] = shop.world.collection<ZoneRecord>(COLLECTIONS.zones).values();
    delegate(shop.world, "example.com", zone?.nameServers ?? []);
    expect((await shop.apply()).exitCode).toBe(0);
    expect(issued()).toMatchObject({ status: "ISSUED", domainNames: ["*.example.com"] });
    expect((await shop.plan()).exitCode).toBe(0);
  });

  it("is asked for anew when it is for another name", async () => {
    shop.write(CERTIFICATE.replace("*.example.com", "shop.example.com"));
    const { exitCode, stdout } = await shop.plan();
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/aws_acm_certificate.this must be replaced/);
  });
});

describe("a firewall before a load balancer, and checks from outside", () => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await openWorkshop([awsProvider]);
    shop.write(firewall(2000));
  });
  afterAll(() => shop.close());
  const balancers = () => shop.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers);

  it("stands before an application load balancer and no other", async () => {
    balancers().set(BALANCER.name, { ...BALANCER, type: "network" });
    expect((await shop.apply()).stderr).toContain("field: RESOURCE_ARN");
    balancers().set(BALANCER.name, BALANCER);
    const applied = await shop.apply();
    expect(applied.exitCode, applied.stderr).toBe(0);
    expect((await shop.plan()).exitCode).toBe(0);
  });

  it("changes in place with its limit", async () => {
    shop.write(firewall(500));
    const { exitCode, stdout } = await shop.plan();
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/aws_wafv2_web_acl.this will be updated in-place/);
  });

  it("is put before a load balancer that was made anew", async () => {
    shop.write(firewall(2000));
    balancers().set(BALANCER.name, { ...BALANCER, arn: BALANCER.arn.replace("0a1b", "0c2d") });
    const { stdout } = await shop.plan();
    expect(stdout).toMatch(/aws_wafv2_web_acl_association.this (must be replaced|will be created)/);
  });
});
