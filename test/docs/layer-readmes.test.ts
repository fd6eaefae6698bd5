import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { declarationsIn, madeIn } from "../../lib/cli/docs/declarations.ts";
import { layerReadme, readHclFiles } from "../../lib/cli/docs/layer-readme.ts";
import { blocksOf } from "../terraform/rules.ts";

const ROOT = join(import.meta.dirname, "../..");
const catalogue = defineLayers(LAYERS);

describe.each(catalogue.layers)("the README of $name", (layer) => {
  const directory = join(ROOT, "terraform", layer.directory);
  const files = readHclFiles(directory);

  it("is what `npm run docs` would make", () => {
    expect(readFileSync(join(directory, "README.md"), "utf8")).toBe(layerReadme(layer, catalogue, files));
  });

  it("misses no variable, output or resource that another reader of the HCL finds", () => {
    const all = [...files.values()].join("\n");
    const blocks = blocksOf({ directory: layer.directory, files });
    const labels = (type: string, index: number) =>
      blocks.filter((block) => block.type === type).map((block) => block.labels[index]);
    for (const kind of ["variable", "output"] as const)
      expect(declarationsIn(all, kind).map(({ name }) => name)).toEqual(labels(kind, 0));
    expect([...madeIn(all).keys()].filter((type) => !type.includes("/")).sort()).toEqual(
      [...new Set(labels("resource", 0))].sort(),
    );
  });
});

describe("a declaration", () => {
  it("is read whole, whatever lines it stands on", () => {
    const hcl = `variable "nodes" {
  description = "Nodes, and \\"more\\"."
  type = object({
    # How many.
    count = optional(number, 3)
    types = optional(list(string), ["m6i.large"])
  })
  default = {}

  validation {
    condition     = var.nodes.count > 2
    error_message = "type = more than two"
  }
}

variable "names" {
  description = "Names."
  type        = map(string)
  default = {
    a = "b"
    c = "d"
  }
}
`;
    expect(declarationsIn(hcl, "variable")).toEqual([
      {
        name: "nodes",
        attributes: {
          description: 'Nodes, and "more".',
          type: 'object({ count = optional(number, 3), types = optional(list(string), ["m6i.large"]) })',
          default: "{}",
        },
      },
      {
        name: "names",
        attributes: { description: "Names.", type: "map(string)", default: '{ a = "b", c = "d" }' },
      },
    ]);
  });
});
