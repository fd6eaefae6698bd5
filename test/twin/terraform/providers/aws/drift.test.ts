import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import type { ResourceRecord } from "../../../../../lib/twin/terraform/providers/aws/resource-store.ts";
import {
  type BucketRecord,
  COLLECTIONS,
  type DnsRecord,
  type RoleRecord,
} from "../../../../../lib/twin/world/records.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { PROVIDER, role } from "./layers.ts";

const LAYER = `${PROVIDER}${role("reader")}
resource "aws_iam_role_policy" "reader" {
  name = "read"
  role = aws_iam_role.reader.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "*" }] })
}
resource "aws_s3_bucket" "this" {
  bucket = "dev-backups"
}
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_route53_zone" "this" {
  name = "dev.example.com"
}
resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "www"
  type    = "A"
  ttl     = 60
  records = ["192.0.2.1"]
}
resource "aws_cloudwatch_log_group" "this" {
  name              = "/dev/app"
  retention_in_days = 30
}
`;

describe("a world that is changed behind terraform's back", () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop([awsProvider]);
    workshop.write(LAYER);
    await workshop.apply();
  });
  afterAll(() => workshop.close());

  const planned = async (): Promise<string> => {
    const { exitCode, stdout } = await workshop.plan();
    expect(exitCode).toBe(2);
    return stdout;
  };
  const repair = async (): Promise<void> => {
    expect((await workshop.apply()).exitCode).toBe(0);
    expect((await workshop.plan()).exitCode).toBe(0);
  };

  it("shows a widened policy and takes it back", async () => {
    workshop.world.collection<RoleRecord>(COLLECTIONS.roles).update("dev-reader", (record) => ({
      ...record,
      policies: {
        read: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
      },
    }));
    expect(await planned()).toContain("aws_iam_role_policy.reader will be updated in-place");
    await repair();
  });

  it("shows a deleted record, a moved one, a suspended bucket and changed retention", async () => {
    const { world } = workshop;
    const records = world.collection<DnsRecord>(COLLECTIONS.dnsRecords);
    const [key = ""] = records.keys().filter((name) => name.includes("www"));
    records.update(key, (record) => ({ ...record, values: ["198.51.100.9"] }));
    world.collection<BucketRecord>(COLLECTIONS.buckets).update("dev-backups", (record) => ({
      ...record,
      configuration: { ...record.configuration, versioning: [{ status: "Suspended", mfa_delete: "" }] },
    }));
    world
      .collection<ResourceRecord>(COLLECTIONS.resources)
      .update("aws_cloudwatch_log_group//dev/app", (record) => ({
        ...record,
        attributes: { ...record.attributes, retention_in_days: 0 },
      }));
    const stdout = await planned();
    expect(stdout).toMatch(/"198.51.100.9"/);
    expect(stdout).toMatch(/status\s+= "Suspended" -> "Enabled"/);
    expect(stdout).toMatch(/retention_in_days\s+= 0 -> 30/);
    records.delete(key);
    expect(await planned()).toContain("aws_route53_record.www will be created");
    await repair();
  });

  it("shows foreign tags", async () => {
    workshop.world.collection<BucketRecord>(COLLECTIONS.buckets).update("dev-backups", (record) => ({
      ...record,
      tags: { ...record.tags, owner: "somebody" },
    }));
    expect(await planned()).toMatch(/- "owner"\s+= "somebody" -> null/);
    await repair();
  });

  it("makes a deleted role again, with what hangs on it", async () => {
    workshop.world.collection(COLLECTIONS.roles).delete("dev-reader");
    const stdout = await planned();
    expect(stdout).toContain("aws_iam_role.reader will be created");
    expect(stdout).toContain("aws_iam_role_policy.reader will be created");
    await repair();
  });
});
