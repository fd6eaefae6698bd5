import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layerGrants } from "../../lib/constructs/layer-permissions/layer-grants.ts";
import { packGrants } from "../../lib/constructs/layer-permissions/layer-role.ts";
import { neededActions } from "../../lib/constructs/layer-permissions/needed-actions.ts";
import { namesOf } from "../../lib/constructs/names.ts";
import { readTerraformSource } from "../../lib/constructs/terraform-source.ts";

function hcl(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "strata-test-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const root = hcl({
  "layer/main.tf": `resource "aws_kms_key" "this" {}
data "aws_caller_identity" "this" {}
module "role" {
  source = "../modules/role"
}
variable "domain" {}
resource "helm_release" "x" {}
`,
  "modules/role/main.tf": 'resource "aws_iam_role" "this" {}\nvariable "name" {}\n',
});
const source = readTerraformSource(join(root, "layer"));

describe("what a layer's HCL says", () => {
  it("counts the modules that it uses from disk, but only its own variables", () => {
    expect(source.resources).toEqual(["aws_iam_role", "aws_kms_key", "helm_release"]);
    expect(source.dataSources).toEqual(["aws_caller_identity"]);
    expect(source.variables).toEqual(["domain"]);
  });

  it("says nothing where there is no directory", () => {
    expect(readTerraformSource(join(root, "nowhere")).resources).toEqual([]);
  });
});

describe("the actions that it needs", () => {
  it("are reads for a plan, and changes besides for an apply", () => {
    const read = neededActions(source, "read");
    const change = neededActions(source, "change");
    expect(read.filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
    expect(read).toContain("kms:GetKeyPolicy");
    expect(change).toEqual(expect.arrayContaining([...read, "kms:CreateKey", "iam:CreateRole"]));
  });

  it("fails for a resource type that nobody has described", () => {
    const unknown = { resources: ["aws_quantum_ledger"], dataSources: [], variables: [] };
    expect(() => neededActions(unknown, "read")).toThrow('resource "aws_quantum_ledger"');
  });

  it("are all granted once, each wildcard with its reason", () => {
    const grants = layerGrants(source, "change", namesOf("prod"), "arn:boundary");
    expect(grants.flatMap((each) => each.actions).sort()).toEqual(neededActions(source, "change"));
    for (const { resources, because } of grants)
      if (resources.some((resource) => resource.includes("*"))) expect(because).toMatch(/\w{3}.*\./);
  });

  it("fails for a service for which nobody has said where", () => {
    const queue = { resources: ["aws_sqs_queue"], dataSources: [], variables: [] };
    expect(() => layerGrants(queue, "change", namesOf("prod"), "arn:boundary")).toThrow(
      /say in scopes\.ts where "sqs:/,
    );
  });
});

describe("packGrants", () => {
  it("spreads statements over policies and splits one that is too long, losing nothing", () => {
    const actions = Array.from({ length: 300 }, (_, index) => `ec2:DescribeSomethingRatherLong${index}`);
    const parts = packGrants([
      { actions, resources: ["*"] },
      { actions: ["s3:GetObject"], resources: ["a"] },
    ]);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(5_200);
    expect(
      parts
        .flat()
        .flatMap((each) => each.actions)
        .sort(),
    ).toEqual([...actions, "s3:GetObject"].sort());
  });

  it("packs the same whatever the numbers of what only CloudFormation knows", () => {
    const packed = (number: number) =>
      packGrants(
        Array.from({ length: 120 }, (_, index) => ({
          actions: ["s3:GetObject"],
          resources: [`arn:\${Token[AWS.Partition.${number}]}:s3:::bucket-${index}`],
        })),
      ).map((part) => part.length);
    expect(packed(1_234_567)).toEqual(packed(8));
    expect(packed(8).length).toBeGreaterThan(1);
  });
});
