import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";

const directory = mkdtempSync(join(tmpdir(), "strata-unpacking-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As sources were packed before tests were left out of them. */
const OLD_SOURCE = [
  "buildspecs/scripts/plan.sh",
  "variables/foundation.tfvars.json",
  "terraform/modules/irsa-role/main.tf",
  "terraform/foundation/main.tf",
  "terraform/foundation/tests/options.tftest.hcl",
  "terraform/tests/mocks/aws.tfmock.hcl",
  "terraform/app/main.tf",
];

it.each(["plan", "apply"])(
  "a build to %s unpacks of a source of any age its layer, and no test of it",
  (mode) => {
    const packed = join(directory, `${mode}-packed`);
    for (const file of OLD_SOURCE) {
      mkdirSync(dirname(join(packed, file)), { recursive: true });
      writeFileSync(join(packed, file), file);
    }
    const work = join(directory, mode);
    mkdirSync(work);
    execFileSync("tar", ["-czf", join(work, "source.tar.gz"), ...OLD_SOURCE], { cwd: packed });
    const { phases } = parse(readFileSync(`buildspecs/${mode}.yml`, "utf8")) as {
      phases: { install: { commands: string[] } };
    };
    const [unpack = "", ...others] = phases.install.commands.filter((command) => command.startsWith("tar "));
    expect(others).toEqual([]);
    execFileSync("sh", ["-c", unpack], { cwd: work, env: { ...process.env, LAYER_DIRECTORY: "foundation" } });
    const files = readdirSync(work, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(work.length + 1));
    expect(files.sort()).toEqual(["source.tar.gz", ...OLD_SOURCE.slice(0, 4)].sort());
  },
);
