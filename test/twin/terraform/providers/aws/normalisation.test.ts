import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { PROVIDER, role } from "./layers.ts";

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop([awsProvider]);
});
afterEach(() => workshop.close());

/** Applies `first`; then `same` must plan nothing and `other` must plan a change. */
async function expectNormalised(first: string, same: string, other: string): Promise<void> {
  workshop.write(first);
  expect((await workshop.apply()).stderr).toBe("");
  workshop.write(same);
  const again = await workshop.plan();
  expect(again.stdout).toContain("No changes");
  expect(again.exitCode).toBe(0);
  workshop.write(other);
  expect((await workshop.plan()).exitCode).toBe(2);
}

describe("what means the same makes no difference", () => {
  it("holds for the order and form of a policy, not for what it allows", async () => {
    const withPolicy = (policy: string) => `${PROVIDER}${role("reader")}
resource "aws_iam_role_policy" "this" {
  name   = "read"
  role   = aws_iam_role.reader.id
  policy = ${JSON.stringify(policy)}
}`;
    await expectNormalised(
      withPolicy(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["*"]}]}',
      ),
      withPolicy(
        '{ "Statement": {"Resource":"*","Action":["s3:listBucket","s3:GetObject"],"Effect":"Allow"}, "Version":"2012-10-17" }',
      ),
      withPolicy(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["*"]}]}',
      ),
    );
  });

  it("holds for case and trailing dots of DNS names, not for another name", async () => {
    const withRecord = (zone: string, name: string) => `${PROVIDER}
resource "aws_route53_zone" "this" {
  name = "${zone}"
}
resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "${name}"
  type    = "A"
  ttl     = 60
  records = ["192.0.2.2", "192.0.2.1"]
}`;
    await expectNormalised(
      withRecord("dev.example.com", "www.dev.example.com"),
      withRecord("dev.example.com.", "WWW.dev.example.com."),
      withRecord("dev.example.com", "web.dev.example.com"),
    );
  });

  it("holds for the blanks of an event pattern, not for its events", async () => {
    const withRule = (pattern: string) => `${PROVIDER}
resource "aws_cloudwatch_event_rule" "this" {
  name          = "dev-interruptions"
  event_pattern = ${JSON.stringify(pattern)}
}`;
    await expectNormalised(
      withRule('{"source":["aws.ec2"],"detail-type":["EC2 Spot Instance Interruption Warning"]}'),
      withRule('{ "detail-type": ["EC2 Spot Instance Interruption Warning"], "source": ["aws.ec2"] }'),
      withRule('{"source":["aws.health"],"detail-type":["AWS Health Event"]}'),
    );
  });

  it("holds for a tag that repeats a default tag, not for one that overrides it", async () => {
    const withTags = (tags: string) => `${PROVIDER}
resource "aws_sns_topic" "this" {
  name = "dev-alerts"
  tags = ${tags}
}`;
    await expectNormalised(
      withTags('{ "strata:environment" = "dev", a = "b" }'),
      withTags('{ a = "b", "strata:environment" = "dev" }'),
      withTags('{ "strata:environment" = "prod", a = "b" }'),
    );
  });

  it("holds for naming a key by id or ARN, not for another key", async () => {
    const withAlias = (target: string) => `${PROVIDER}
resource "aws_kms_key" "one" { description = "one" }
resource "aws_kms_key" "two" { description = "two" }
resource "aws_kms_alias" "this" {
  name          = "alias/dev"
  target_key_id = ${target}
}`;
    await expectNormalised(
      withAlias("aws_kms_key.one.key_id"),
      withAlias("aws_kms_key.one.arn"),
      withAlias("aws_kms_key.two.key_id"),
    );
  });

  it("holds for a security group's protocol by number or name, not for another port", async () => {
    const withRule = (protocol: string, port: number) => `${PROVIDER}
resource "aws_vpc" "this" { cidr_block = "10.0.0.0/16" }
resource "aws_security_group" "this" {
  name   = "dev"
  vpc_id = aws_vpc.this.id
}
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = "10.1.0.0/16"
  ip_protocol       = "${protocol}"
  from_port         = ${port}
  to_port           = ${port}
}`;
    await expectNormalised(withRule("tcp", 443), withRule("6", 443), withRule("tcp", 8443));
  });
});
