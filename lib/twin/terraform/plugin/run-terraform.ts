import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROCESS_ENVIRONMENT } from "../process-environment.ts";

export interface TerraformRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place for terraform's own files, so that nothing is left beside the HCL. */
export interface TerraformWorkspace {
  readonly directory: string;
  /** Runs terraform in the layer; output is captured, or shown when `show`. */
  run(
    args: readonly string[],
    options?: { show?: boolean; environment?: Record<string, string> },
  ): Promise<TerraformRun>;
  remove(): void;
}

const collect = (stream: NodeJS.ReadableStream | null): { text: string } => {
  const collected = { text: "" };
  stream?.on("data", (chunk) => {
    collected.text += String(chunk);
  });
  return collected;
};

/** Never synchronous: the attached providers answer from this very process. */
export function openWorkspace(layerDirectory: string, reattach: string): TerraformWorkspace {
  const directory = mkdtempSync(join(tmpdir(), "strata-terraform-"));
  const configuration = join(directory, "terraform.rc");
  writeFileSync(configuration, "");
  const base = {
    ...process.env,
    ...PROCESS_ENVIRONMENT,
    TF_DATA_DIR: join(directory, "data"),
    TF_CLI_CONFIG_FILE: configuration,
    TF_REATTACH_PROVIDERS: reattach,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    CHECKPOINT_DISABLE: "1",
  };
  return {
    directory,
    run: (args, { show = false, environment = {} } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn("terraform", [`-chdir=${layerDirectory}`, ...args], {
          env: { ...base, ...environment },
          stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
        });
        const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
        child.on("error", reject);
        child.on("close", (code) =>
          resolve({ exitCode: code ?? 1, stdout: stdout.text, stderr: stderr.text }),
        );
      }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
