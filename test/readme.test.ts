import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defineLayers } from "../lib/catalogue/define-layers.ts";
import { withLayerTable } from "../lib/catalogue/layer-table.ts";
import { LAYERS } from "../lib/catalogue/layers.ts";

const ROOT = join(import.meta.dirname, "..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

describe("the README", () => {
  it("shows the layers as the catalogue has them", () => {
    expect(withLayerTable(readme, defineLayers(LAYERS))).toBe(readme);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name ?? "");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
