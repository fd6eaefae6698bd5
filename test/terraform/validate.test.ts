import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { PROJECT_ROOT } from "../../lib/constructs/project-root.ts";

it("the real terraform with the recorded schemas finds every layer valid", () => {
  const program = join(PROJECT_ROOT, "lib/twin/terraform/plugin/validate.ts");
  const directories = LAYERS.map((layer) => join(PROJECT_ROOT, "terraform", layer.directory));
  const said = execFileSync(process.execPath, [program, ...directories], {
    cwd: PROJECT_ROOT,
    encoding: "utf8",
  });
  expect(stripVTControlCharacters(said).match(/^.*The configuration is valid/gm)).toEqual(
    directories.map((directory) => `${directory}: Success! The configuration is valid`),
  );
});
