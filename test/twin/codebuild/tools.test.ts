import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { installTools } from "../../../lib/twin/codebuild/tools.ts";

const execute = promisify(execFile);
let directory: string;
let terraform: string;
let asked: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "strata tools' "));
  const real = join(directory, "real");
  await mkdir(real);
  asked = join(directory, "asked");
  await says("Terraform v9.9.9");
  terraform = join(await installTools(directory, real), "terraform");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A terraform that notes what it is asked; it fails where it has nothing to say. */
async function says(words: string): Promise<void> {
  const program = join(directory, "real", "terraform");
  await writeFile(
    program,
    `#!/bin/sh\necho "$*" >>"${asked}"\n[ -n "${words}" ] || exit 3\necho "${words}"\necho "on $1 as $$"\n`,
  );
  await chmod(program, 0o755);
}
const questions = async (): Promise<string[]> => (await readFile(asked, "utf8")).trim().split("\n");

it("asks the pinned terraform for its version once, and says the same to every build", async () => {
  const versions = [];
  for (let build = 0; build < 3; build += 1) versions.push((await execute(terraform, ["version"])).stdout);
  expect(versions[0]).toMatch(/^Terraform v9\.9\.9\non version as \d+\n$/);
  expect(new Set(versions).size).toBe(1);
  expect(await questions()).toEqual(["version"]);
});

it("becomes the pinned terraform for everything else, so that it can be interrupted by its process", async () => {
  const script = `echo $$; exec "$0" plan "-var=a b"`;
  const { stdout } = await execute("sh", ["-c", script, terraform]);
  const [pid, ...lines] = stdout.trim().split("\n");
  expect(lines).toEqual(["Terraform v9.9.9", `on plan as ${pid}`]);
  expect(await questions()).toEqual(["plan -var=a b"]);
});

it("does not remember a version that was not told", async () => {
  await says("");
  await expect(execute(terraform, ["version"])).rejects.toMatchObject({ code: 3, stdout: "" });
  await says("Terraform v9.9.8");
  expect((await execute(terraform, ["version"])).stdout).toContain("Terraform v9.9.8");
});
