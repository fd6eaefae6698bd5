import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ParameterRecord } from "../../../../../lib/twin/aws/collections.ts";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { type BucketRecord, COLLECTIONS, type DnsRecord } from "../../../../../lib/twin/world/records.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { eks, nodes } from "./layers.ts";

const STORAGE = `
resource "aws_kms_key" "this" {
  description         = "everything"
  enable_key_rotation = true
}
resource "aws_kms_key_policy" "this" {
  key_id = aws_kms_key.this.id
  policy = data.aws_iam_policy_document.key.json
}
resource "aws_s3_bucket" "this" {
  bucket = "dev-velero"
}
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}
resource "aws_s3_bucket_public_access_block" "this" {
  bucket              = aws_s3_bucket.this.id
  block_public_acls   = true
  block_public_policy = true
}
resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.bucket.json
}
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}
data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this.arn, "\${aws_s3_bucket.this.arn}/*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
data "aws_caller_identity" "this" {}
data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::\${data.aws_caller_identity.this.account_id}:root"]
    }
  }
}
`;

const NETWORK = `
resource "aws_security_group" "this" {
  name   = "endpoints"
  vpc_id = aws_vpc.this.id
}
resource "aws_security_group_rule" "this" {
  type              = "ingress"
  security_group_id = aws_security_group.this.id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.0.0.0/16"]
}
resource "aws_vpc_endpoint" "sts" {
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.us-east-1.sts"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.a.id]
  security_group_ids  = [aws_security_group.this.id]
  private_dns_enabled = true
}
resource "aws_vpc_peering_connection" "this" {
  vpc_id      = aws_vpc.this.id
  peer_vpc_id = "vpc-0cafe"
  auto_accept = true
}
resource "aws_vpc_peering_connection_options" "this" {
  vpc_peering_connection_id = aws_vpc_peering_connection.this.id
  requester {
    allow_remote_vpc_dns_resolution = true
  }
}
resource "aws_launch_template" "this" {
  name                   = "dev-nodes"
  update_default_version = true
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  block_device_mappings {
    device_name = "/dev/xvdb"
    ebs {
      volume_size = 80
      encrypted   = true
    }
  }
}
`;

const rest = (retries: number): string => `
resource "aws_eks_pod_identity_association" "this" {
  cluster_name    = aws_eks_cluster.this.name
  namespace       = "velero"
  service_account = "velero"
  role_arn        = aws_iam_role.nodes.arn
}
resource "aws_ssm_parameter" "secret" {
  name  = "/dev/grafana/password"
  type  = "SecureString"
  value = "correct horse ${retries}"
}
resource "aws_ssm_parameter" "plain" {
  name           = "/dev/retries"
  type           = "String"
  insecure_value = "${retries}"
}
resource "aws_sns_topic" "this" {
  name = "dev-alerts"
}
resource "aws_sns_topic_subscription" "this" {
  topic_arn = aws_sns_topic.this.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.this.arn
}
resource "aws_sqs_queue" "this" {
  name = "dev-interruptions"
}
resource "aws_cloudwatch_event_rule" "this" {
  name          = "dev-interruptions"
  event_pattern = jsonencode({ source = ["aws.ec2"] })
}
resource "aws_cloudwatch_event_target" "this" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = aws_sqs_queue.this.arn
}
resource "aws_guardduty_detector" "this" {}
resource "aws_guardduty_detector_feature" "this" {
  detector_id = aws_guardduty_detector.this.id
  name        = "EKS_AUDIT_LOGS"
  status      = "ENABLED"
}
resource "aws_route53_zone" "this" {
  name = "dev.example.com"
}
resource "aws_route53_record" "ingress" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "*.dev.example.com"
  type    = "A"
  alias {
    name                   = data.aws_lb.ingress.dns_name
    zone_id                = data.aws_lb.ingress.zone_id
    evaluate_target_health = true
  }
}
data "aws_lb" "ingress" {
  tags = { "kubernetes.io/service-name" = "ingress-nginx/controller" }
}
`;

describe("the other types", () => {
  let workshop: Workshop;
  const layer = (retries: number): string => eks() + nodes() + STORAGE + NETWORK + rest(retries);

  beforeAll(async () => {
    workshop = await openWorkshop([awsProvider]);
    workshop.world.collection(COLLECTIONS.loadBalancers).set("k8s", {
      name: "k8s",
      arn: "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/net/k8s/0123456789abcdef",
      dnsName: "k8s-0123456789abcdef.elb.us-east-1.amazonaws.com",
      hostedZoneId: "Z26RNL4JYFTOTI",
      type: "network",
      scheme: "internet-facing",
      addresses: ["192.0.2.1"],
      activeAt: 0,
      tags: { "kubernetes.io/service-name": "ingress-nginx/controller" },
    });
    workshop.write(layer(3));
  });
  afterAll(() => workshop.close());

  it("are applied, and then nothing differs", async () => {
    const { stderr } = await workshop.apply();
    expect(stderr).toBe("");
    const { exitCode, stdout } = await workshop.plan();
    expect(stdout).toContain("No changes");
    expect(exitCode).toBe(0);
  });

  it("leave a bucket's settings in its record", () => {
    const record = workshop.world.collection<BucketRecord>(COLLECTIONS.buckets).get("dev-velero");
    expect(record?.versioning).toBe(true);
    expect(Object.keys(record?.configuration ?? {}).sort()).toEqual([
      "encryption",
      "lifecycle",
      "ownershipControls",
      "policy",
      "publicAccessBlock",
      "versioning",
    ]);
  });

  it("resolve a load balancer that a controller made", () => {
    const [record] = workshop.world.collection<DnsRecord>(COLLECTIONS.dnsRecords).values();
    expect(record).toMatchObject({
      name: "*.dev.example.com",
      alias: { dnsName: "k8s-0123456789abcdef.elb.us-east-1.amazonaws.com", zoneId: "Z26RNL4JYFTOTI" },
    });
    const servers = workshop.attributes("aws_route53_zone.this").name_servers as string[];
    expect(servers.map((name) => name.replace(/^ns-\d+\.awsdns-\d\d\./, "")).sort()).toEqual([
      "co.uk",
      "com",
      "net",
      "org",
    ]);
  });

  it("change a parameter in place, counting its versions and hiding the secret one", async () => {
    workshop.write(layer(4));
    const { stdout } = await workshop.plan();
    expect(stdout).toContain("0 to add, 2 to change, 0 to destroy");
    expect(stdout).toMatch(/insecure_value\s+= "3" -> "4"/);
    expect(stdout).not.toContain("correct horse");
    await workshop.apply();
    const parameters = workshop.world.collection<ParameterRecord>(COLLECTIONS.parameters);
    expect(parameters.get("/dev/retries")).toMatchObject({ value: "4", version: 2 });
    expect(parameters.get("/dev/grafana/password")).toMatchObject({
      value: "correct horse 4",
      type: "SecureString",
    });
    expect((await workshop.plan()).exitCode).toBe(0);
  });

  it("are imported by their ids", async () => {
    await workshop.run(
      "state",
      "rm",
      "aws_s3_bucket.this",
      "aws_iam_role.cluster",
      "aws_ssm_parameter.plain",
    );
    for (const [address, id] of [
      ["aws_s3_bucket.this", "dev-velero"],
      ["aws_iam_role.cluster", "dev-cluster"],
      ["aws_ssm_parameter.plain", "/dev/retries"],
    ] as const)
      expect((await workshop.run("import", address, id)).stderr).toBe("");
    // What only terraform knows (a bucket's force_destroy) is written down by the next apply.
    expect((await workshop.plan()).stdout).toMatch(
      /force_destroy[\s\S]*0 to add, \d to change, 0 to destroy/,
    );
    await workshop.apply();
    expect((await workshop.plan()).exitCode).toBe(0);
    expect(workshop.attributes("aws_s3_bucket.this")).toMatchObject({ arn: "arn:aws:s3:::dev-velero" });
  });

  it("are all destroyed, and none is left in the world", async () => {
    const { stderr } = await workshop.run("destroy", "-auto-approve");
    expect(stderr).toBe("");
    expect(workshop.world.collection(COLLECTIONS.resources).keys()).toEqual([]);
    for (const kind of [
      "buckets",
      "roles",
      "clusters",
      "nodegroups",
      "zones",
      "dnsRecords",
      "parameters",
      "kmsKeys",
    ] as const)
      expect(workshop.world.collection(COLLECTIONS[kind]).keys()).toEqual([]);
  });
});
