import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const BUILDSPECS = join(import.meta.dirname, "..", "..", "buildspecs");

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "strata-scripts-"));
  await mkdir(join(directory, "bin"));
  await mkdir(join(directory, "terraform", "layer"), { recursive: true });
  await mkdir(join(directory, "variables"));
  await writeFile(join(directory, "variables", "layer.tfvars.json"), "{}");
  await cp(BUILDSPECS, join(directory, "buildspecs"), { recursive: true });
  // Every stored object is kept below stored/; objects are fetched from objects/.
  await tool(
    "aws",
    `if [ "$2" = put-object ]; then mkdir -p "$ROOT_DIR/stored"; cp "$8" "$ROOT_DIR/stored/$(basename "$6")"; echo v1; exit 0; fi
     for last; do :; done; cp "$ROOT_DIR/objects/$(basename "$6")" "$last"`,
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A program on the build's PATH; what it was called with is kept in calls. */
async function tool(name: string, body: string): Promise<void> {
  const path = join(directory, "bin", name);
  await writeFile(path, `#!/bin/sh\necho "${name} $*" >>"$ROOT_DIR/calls"\n${body}\n`);
  await chmod(path, 0o755);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Ended {
  readonly code: number;
  readonly output: string;
  /** What the script exports. */
  readonly exports: string;
  readonly calls: string;
}

function run(script: string, environment: Record<string, string> = {}): Promise<Ended> {
  const text = (name: string): Promise<string> => readFile(join(directory, name), "utf8").catch(() => "");
  return new Promise((resolve) => {
    execFile(
      "/bin/sh",
      [`buildspecs/scripts/${script}.sh`],
      {
        cwd: directory,
        env: {
          PATH: `${join(directory, "bin")}:/usr/bin:/bin`,
          ROOT_DIR: directory,
          RUN_ID: "run-1",
          LAYER: "layer",
          LAYER_DIRECTORY: "layer",
          MODE: "deploy",
          ARTEFACT_BUCKET: "artefacts",
          PLAN_KMS_KEY_ARN: "key",
          STATE_BUCKET: "states",
          STATE_KEY: "layer/terraform.tfstate",
          STATE_KMS_KEY_ARN: "key",
          AWS_REGION: "eu-central-1",
          SOURCE_SHA256: "0",
          TERRAFORM_VERSION: "1.11.4",
          TERRAFORM_SHA256_LINUX_AMD64: sha256("right"),
          TERRAFORM_SHA256_LINUX_ARM64: sha256("right"),
          INTERRUPT_AFTER_MINUTES: "60",
          TF_VAR_upstream: "{}",
          TF_VAR_control_plane: "{}",
          ...environment,
        },
      },
      (error, stdout, stderr) => {
        void Promise.all([text("exports.env"), text("calls")]).then(([exports, calls]) =>
          resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr, exports, calls }),
        );
      },
    );
  });
}

async function reviewed(plan: string): Promise<Record<string, string>> {
  await mkdir(join(directory, "objects"));
  await writeFile(join(directory, "objects", "plan.tfplan"), plan);
  await writeFile(join(directory, "objects", "lock.hcl"), "");
  return {
    PLAN_KEY: "runs/run-1/layer/plan.tfplan",
    PLAN_VERSION_ID: "p1",
    PLAN_SHA256: sha256("the reviewed plan"),
    LOCK_KEY: "runs/run-1/layer/lock.hcl",
    LOCK_VERSION_ID: "l1",
    LOCK_SHA256: sha256(""),
  };
}

describe("apply.sh", () => {
  it("applies exactly the plan that was reviewed", async () => {
    await tool("terraform", "exit 0");
    const { code, calls } = await run("apply", await reviewed("the reviewed plan"));
    expect(code).toBe(0);
    expect(calls).toMatch(/terraform apply -input=false -no-color \S*plan\.tfplan/);
  });

  it("rejects another plan before terraform is called at all", async () => {
    await tool("terraform", "exit 0");
    const { code, calls, exports } = await run("apply", await reviewed("another plan"));
    expect(code).toBe(1);
    expect(calls).not.toContain("terraform");
    expect(exports).toMatch(/FAILURE='EvidenceMismatchError: .*plan\.tfplan.*Nothing was applied/);
  });

  it("keeps the state that terraform could not save, and says what failed", async () => {
    await tool(
      "terraform",
      `[ "$1" = apply ] || exit 0
       echo state >errored.tfstate
       printf '╷\\n│ Error: creating EC2 VPC\\n│\\n│ no more\\n╵\\n'; exit 1`,
    );
    const { code, exports } = await run("apply", await reviewed("the reviewed plan"));
    expect(code).toBe(1);
    expect(await readFile(join(directory, "stored", "errored.tfstate"), "utf8")).toBe("state\n");
    expect(exports).toMatch(
      /FAILURE='terraform apply of layer \(exit code 1\): Error: creating EC2 VPC no more/,
    );
  });

  it("interrupts terraform, which may then finish in peace, when its time is over", async () => {
    await tool(
      "terraform",
      `[ "$1" = apply ] || exit 0
       trap 'echo saved >"$ROOT_DIR/saved"; exit 3' INT
       : >"$ROOT_DIR/applying"
       n=0; while [ "$n" -lt 300 ]; do /bin/sleep 0.1; n=$((n + 1)); done`,
    );
    // Its time is over once the apply is under way, however long the machine takes to get there.
    await tool("sleep", 'until [ -f "$ROOT_DIR/applying" ]; do /bin/sleep 0.1; done');
    const { code, exports } = await run("apply", {
      ...(await reviewed("the reviewed plan")),
      INTERRUPT_AFTER_MINUTES: "0",
    });
    expect(code).toBe(1);
    expect(await readFile(join(directory, "saved"), "utf8")).toBe("saved\n");
    expect(exports).toContain("exit code 3");
  });
});

describe("plan.sh", () => {
  it("binds plan, JSON, lock file, source and variables in a manifest, and exports where it is", async () => {
    await tool(
      "terraform",
      `case "$1" in
         plan) echo plan >"$ROOT_DIR/plan.tfplan"; exit 2 ;;
         show) echo '{}' ;;
       esac`,
    );
    const { code, exports } = await run("plan");
    expect(code).toBe(0);
    expect(exports).toContain("MANIFEST_KEY='runs/run-1/layer/manifest.json'");
    expect(exports).toContain("PLAN_EXIT_CODE='2'");
    const manifest = JSON.parse(await readFile(join(directory, "stored", "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      runId: "run-1",
      exitCode: 2,
      plan: {
        bucket: "artefacts",
        key: "runs/run-1/layer/plan.tfplan",
        versionId: "v1",
        sha256: sha256("plan\n"),
      },
      variablesSha256: sha256("{}{}\n{}\n"),
    });
  });

  it("takes exit code 1 for an error, never for a plan", async () => {
    await tool(
      "terraform",
      `[ "$1" = plan ] || exit 0; echo 'Error: Error acquiring the state lock'; exit 1`,
    );
    const { code, exports } = await run("plan");
    expect(code).toBe(1);
    expect(exports).toMatch(/FAILURE='terraform plan of layer \(exit code 1\): Error: Error acquiring/);
  });

  it("ends when an object cannot be stored: a plan nobody can fetch is no plan", async () => {
    await tool("terraform", `[ "$1" != plan ] || { echo plan >"$ROOT_DIR/plan.tfplan"; exit 2; }`);
    await tool(
      "aws",
      "echo 'An error occurred (AccessDenied) when calling the PutObject operation' >&2; exit 254",
    );
    const { code, exports } = await run("plan");
    expect(code).not.toBe(0);
    expect(exports).toMatch(/FAILURE='writing runs\/run-1\/layer\/plan\.tfplan: .*AccessDenied/);
    expect(exports).not.toContain("MANIFEST_KEY");
  });
});

describe("plan.sh of a removal", () => {
  const RETAIN = "|aws_s3_bucket.backups|aws_kms_key.backups|";
  const KEPT = ['aws_s3_bucket.backups["primary"]', 'aws_kms_key.backups["primary"]'];
  const OTHERS = [
    "helm_release.velero",
    'module.role.aws_iam_role.this["a.data.b"]',
    "aws_s3_bucket.backups_log",
  ];

  async function targets(addresses: readonly string[], environment: object): Promise<string[]> {
    await writeFile(join(directory, "state.txt"), [...addresses, "data.aws_region.current", ""].join("\n"));
    await tool(
      "terraform",
      `case "$1 $2" in
         "state pull") echo '  "mode": "managed"' ;;
         "state list") cat "$ROOT_DIR/state.txt" ;;
         plan*) for a; do echo "$a" >>"$ROOT_DIR/arguments"; done; echo plan >"$ROOT_DIR/plan.tfplan"; exit 2 ;;
         show*) echo '{}' ;;
       esac`,
    );
    const { code, output } = await run("plan", { MODE: "destroy", RELEASE: "||", ...environment });
    expect(code, output).toBe(0);
    const given = (await readFile(join(directory, "arguments"), "utf8")).split("\n");
    expect(given).toContain("-destroy");
    return given.filter((each) => each.startsWith("-target=")).map((each) => each.slice("-target=".length));
  }

  it("names everything but what outlives the layer", async () => {
    expect(await targets([...KEPT, ...OTHERS], { RETAIN })).toEqual(OTHERS);
  });

  it("takes by name what the run allows, one instance or all", async () => {
    expect(await targets([...KEPT, ...OTHERS], { RETAIN, RELEASE: `|${KEPT[0]}|` })).toEqual([
      KEPT[0],
      ...OTHERS,
    ]);
  });

  it("takes nothing, instead of all, where nothing else is left", async () => {
    expect(await targets(KEPT, { RETAIN })).toEqual(["terraform_data.nothing"]);
  });

  it.each([
    ["retains nothing", [...KEPT, ...OTHERS], {}],
    ["has nothing of what it retains", OTHERS, { RETAIN }],
    ["may lose all of it", [...KEPT, ...OTHERS], { RETAIN, RELEASE: RETAIN }],
  ])("takes all, outputs included, where the layer %s", async (_, addresses, environment) => {
    expect(await targets(addresses, environment)).toEqual([]);
  });
});

describe("install-terraform.sh", () => {
  it("takes a terraform of exactly the pinned version that is there already", async () => {
    await tool("terraform", "echo 'Terraform v1.11.4'");
    const { code, calls } = await run("install-terraform");
    expect(code).toBe(0);
    expect(calls).not.toContain("aws");
  });

  it("rejects an archive whose sha256 is not the pinned one", async () => {
    await tool("terraform", "echo 'Terraform v1.9.0'");
    await tool("aws", 'for last; do :; done; printf wrong >"$last"');
    await tool("uname", "echo x86_64");
    const { code, exports } = await run("install-terraform");
    expect(code).toBe(1);
    expect(exports).toMatch(/FAILURE='EvidenceMismatchError: terraform_1\.11\.4_linux_amd64\.zip has sha256/);
  });
});
