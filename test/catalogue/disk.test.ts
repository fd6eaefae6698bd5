import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { PROJECT_ROOT } from "../../lib/constructs/project-root.ts";

const terraform = join(PROJECT_ROOT, "terraform");

/** Directories with HCL of their own, as seen from `terraform/`; `modules/` is what layers share. */
function rootModules(below = ""): string[] {
  const entries = readdirSync(join(terraform, below), { withFileTypes: true });
  const here = entries.some((entry) => entry.isFile() && entry.name.endsWith(".tf")) ? [below] : [];
  const deeper = entries
    .filter((entry) => entry.isDirectory() && entry.name !== ".terraform" && entry.name !== "modules")
    .flatMap((entry) => rootModules(below ? `${below}/${entry.name}` : entry.name));
  return [...here, ...deeper];
}

describe("the catalogue and the disk", () => {
  it.each(LAYERS.map((layer) => layer.directory))("%s is a root module", (directory) => {
    expect(existsSync(join(terraform, directory, "versions.tf"))).toBe(true);
  });

  it("has an entry for every root module, and none besides", () => {
    expect(rootModules().sort()).toEqual(LAYERS.map((layer) => layer.directory).sort());
  });
});
