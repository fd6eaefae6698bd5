import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Aws } from "../../../lib/twin/aws/contract.ts";
import type { Kubernetes } from "../../../lib/twin/kubernetes/contract.ts";
import { attachProviders } from "../../../lib/twin/terraform/attach.ts";
import { openWorkspace } from "../../../lib/twin/terraform/plugin/run-terraform.ts";
import { emptyWorld, ROOT } from "./workshop.ts";

const LAYER = `
terraform {
  required_providers {
    aws        = { source = "hashicorp/aws", version = "6.66.0" }
    helm       = { source = "hashicorp/helm", version = "3.1.2" }
    kubernetes = { source = "hashicorp/kubernetes", version = "3.2.1" }
    random     = { source = "hashicorp/random", version = "3.9.0" }
  }
}
provider "aws" {
  region = "us-east-1"
}
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["c", "a", "b"])
  name     = "/dev/\${each.key}"
}
resource "random_id" "this" {
  byte_length = 4
}
`;

describe("the providers of a build", () => {
  it("serve all four to one terraform and keep a journal in an order of its own", async () => {
    const asked: string[] = [];
    const attached = await attachProviders({
      world: emptyWorld(),
      aws: { accountId: "111122223333", region: "us-east-1", authorize: () => {} } as unknown as Aws,
      kubernetes: {} as Kubernetes,
      principal: ROOT,
      region: "us-east-1",
      beforeOperation: async ({ action, type }) => void asked.push(`${action} ${type}`),
    });
    expect(Object.keys(JSON.parse(attached.reattach))).toEqual(
      ["aws", "helm", "kubernetes", "random"].map((name) => `registry.terraform.io/hashicorp/${name}`),
    );
    const directory = mkdtempSync(join(tmpdir(), "strata-layer-"));
    writeFileSync(join(directory, "main.tf"), LAYER);
    const workspace = openWorkspace(directory, attached.reattach);
    expect((await workspace.run(["init"])).exitCode).toBe(0);
    expect((await workspace.run(["apply", "-auto-approve", "-no-color"])).stderr).toBe("");
    expect(attached.journal.map(({ id }) => id).slice(0, 3)).toEqual(["/dev/a", "/dev/b", "/dev/c"]);
    expect(asked.sort()).toEqual([...Array(3).fill("create aws_cloudwatch_log_group"), "create random_id"]);
    await attached.close();
    expect((await workspace.run(["plan", "-no-color"])).exitCode).toBe(1);
    workspace.remove();
    rmSync(directory, { recursive: true });
  });
});
