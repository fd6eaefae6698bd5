import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assembly } from "../../lib/cli/assembly.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { runRecord } from "../../lib/cli/run-record.ts";
import { buildsOf } from "../../lib/twin/run-traces.ts";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import { resultsOf, stepOf } from "./run-facts.ts";
import { withTwin } from "./run-twin.ts";

const run = promisify(execFile);

/** All that a layer needs to be made; the rest of the project is copied as it is. */
const PARTS = ["bin", "lib", "lambdas", "buildspecs", "terraform"];
const FILES = ["cdk.json", "package.json", "package-lock.json", "tsconfig.json", "README.md"];

const ENTRY = `  {
    directory: "toy",
    purpose: "a greeting, to see how a layer is added",
    dependsOn: ["foundation"],
    applyTimeoutMinutes: 5,
    applyTimeoutReason: "one parameter of a second; the rest is margin",
    kubernetes: false,
    stateful: false,
    protects: [],
    gates: [{ kind: "eks", deadlineMinutes: 5, addons: ["coredns"] }],
  },
`;

const HCL: Readonly<Record<string, string>> = {
  "main.tf": `data "terraform_remote_state" "foundation" {
  backend = "s3"

  config = {
    bucket = var.upstream.bucket
    key    = "foundation/terraform.tfstate"
    region = var.upstream.region
  }
}

resource "aws_ssm_parameter" "greeting" {
  name  = "/\${var.environment}/greeting"
  type  = "String"
  value = "Hello from \${data.terraform_remote_state.foundation.outputs.cluster_name}"
}
`,
  "variables.tf": `variable "environment" {
  description = "Name of the environment."
  type        = string
}

variable "region" {
  description = "AWS region."
  type        = string
}

variable "upstream" {
  description = "Where the states of the layers below are kept."
  type = object({
    bucket = string
    region = string
  })
}
`,
  "outputs.tf": `output "greeting" {
  description = "Name of the parameter; read by nobody."
  value       = aws_ssm_parameter.greeting.name
}
`,
  "providers.tf": `provider "aws" {
  region = var.region
}
`,
};

let root: string;

/** The project, with one folder and one entry more. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "strata-toy-"));
  for (const part of [...PARTS, ...FILES])
    await cp(join(PROJECT_ROOT, part), join(root, part), {
      recursive: true,
      filter: (path) => !path.includes(".terraform"),
    });
  await symlink(join(PROJECT_ROOT, "node_modules"), join(root, "node_modules"));

  const folder = join(root, "terraform", "toy");
  await mkdir(folder);
  for (const [name, text] of Object.entries(HCL)) await writeFile(join(folder, name), text);
  await cp(join(root, "terraform", "foundation", "versions.tf"), join(folder, "versions.tf"));

  const catalogue = join(root, "lib", "catalogue", "layers.ts");
  const text = await readFile(catalogue, "utf8");
  const end = text.lastIndexOf("];");
  expect(end).toBeGreaterThan(0);
  await writeFile(catalogue, `${text.slice(0, end)}${ENTRY}${text.slice(end)}`);
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe("a layer that is one folder and one entry", () => {
  it("is planned, approved, applied, proven and recorded like every other", async () => {
    const toyAssembly = await assembly(root, join(root, WORK_DIRECTORY));
    await withTwin(
      "foundation",
      async (twin) => {
        expect(twin.layers).toContain("toy");
        const started = twin.start("deploy", { operation: "deploy", layers: ["toy"], reason: "a new layer" });
        await twin.finish(started);
        const record = runRecord(twin, started, 0);
        expect(record.status, record.error?.cause).toBe("SUCCEEDED");
        expect(resultsOf(record)).toMatchObject({ foundation: "proven", toy: "proven", app: "skipped" });
        const toy = record.layers.find(({ name }) => name === "toy");
        expect(toy?.plan).toEqual({ add: 1, change: 0, replace: 0, destroy: 0 });
        expect(toy?.applied).toBe(true);
        expect(toy?.findings.length).toBeGreaterThan(0);
        expect(record.layers.find(({ name }) => name === "foundation")?.applied).toBe(false);
        const recorded = stepOf(record, "Record foundation");
        expect(stepOf(record, "Plan toy").startedAt).toBeGreaterThanOrEqual(recorded.endedAt);
        expect(buildsOf(twin, started).map(({ projectName }) => projectName)).toEqual([
          "prod-plan-foundation",
          "prod-plan-toy",
          "prod-apply-toy",
        ]);
        expect(twin.world.collection(COLLECTIONS.parameters).get("/prod/greeting")).toMatchObject({
          value: "Hello from prod",
        });
      },
      { assembly: toyAssembly },
    );
  });

  it("is missing in the README's table until `strata docs` has made it anew", async () => {
    const readme = join(root, "README.md");
    const before = (await readFile(readme, "utf8")).split("\n");
    expect(before.join("\n")).not.toContain("`toy`");
    await run(process.execPath, [join(root, "bin", "strata.ts"), "docs"], { cwd: root });
    const after = (await readFile(readme, "utf8")).split("\n");
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "| `toy` | a greeting, to see how a layer is added | `foundation` | eks | 5 min |",
    ]);
    expect(before.filter((line) => !after.includes(line))).toEqual([]);
  });
});
