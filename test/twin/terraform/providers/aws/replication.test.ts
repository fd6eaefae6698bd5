import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { awsProvider } from "../../../../../lib/twin/terraform/providers/aws/provider.ts";
import { openWorkshop, type Workshop } from "../../workshop.ts";
import { PROVIDER, role } from "./layers.ts";

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop([awsProvider]);
});
afterEach(() => workshop.close());

const words = (text: string): string => text.replace(/[\s│╷╵]+/g, " ");

const bucket = (name: string, { versioned = true, region = "us-east-1" } = {}): string => `
resource "aws_s3_bucket" "${name}" {
  region = "${region}"
  bucket = "dev-${name}"
}
resource "aws_s3_bucket_versioning" "${name}" {
  region = "${region}"
  bucket = aws_s3_bucket.${name}.id
  versioning_configuration {
    status = "${versioned ? "Enabled" : "Suspended"}"
  }
}
`;

interface Rule {
  readonly sourceVersioned?: boolean;
  readonly replicaVersioned?: boolean;
  readonly encrypted?: boolean;
  readonly markers?: string | null;
}

const layer = (rule: Rule = {}): string => `${PROVIDER}${role("copier", "s3")}
resource "aws_kms_key" "replica" {
  region = "us-west-2"
}
${bucket("source", { versioned: rule.sourceVersioned ?? true })}
${bucket("replica", { versioned: rule.replicaVersioned ?? true, region: "us-west-2" })}
resource "aws_s3_bucket_replication_configuration" "this" {
  bucket = aws_s3_bucket.source.id
  role   = aws_iam_role.copier.arn
  rule {
    status = "Enabled"
    filter {}
    ${rule.markers === null ? "" : `delete_marker_replication {\n      status = "${rule.markers ?? "Enabled"}"\n    }`}
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "${(rule.encrypted ?? true) ? "Enabled" : "Disabled"}"
      }
    }
    destination {
      bucket = aws_s3_bucket.replica.arn
      encryption_configuration {
        replica_kms_key_id = aws_kms_key.replica.arn
      }
    }
  }
  depends_on = [aws_s3_bucket_versioning.source, aws_s3_bucket_versioning.replica]
}
output "key" { value = aws_kms_key.replica.arn }
`;

describe("replication of a bucket", () => {
  it("goes to a region that the resources name, settles, and follows a change", async () => {
    workshop.write(layer());
    const applied = await workshop.apply();
    expect(applied.stderr).toBe("");
    expect(applied.stdout).toContain("arn:aws:kms:us-west-2:");
    expect((await workshop.plan()).exitCode).toBe(0);
    workshop.write(layer({ markers: "Disabled" }));
    expect((await workshop.plan()).exitCode).toBe(2);
  });

  it.each<[string, Rule, string]>([
    [
      "a source without versions",
      { sourceVersioned: false },
      "Versioning must be 'Enabled' on the bucket to apply",
    ],
    ["a replica without versions", { replicaVersioned: false }, "must have versioning enabled"],
    ["encrypted objects left out", { encrypted: false }, "SseKmsEncryptedObjects must be specified"],
    ["a filter that says nothing of delete markers", { markers: null }, "DeleteMarkerReplication must be"],
  ])("is refused with %s", async (_, rule, complaint) => {
    workshop.write(layer(rule));
    expect(words((await workshop.apply()).stderr)).toContain(complaint);
  });
});
