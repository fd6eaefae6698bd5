import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { declarationsIn } from "../../lib/cli/docs/declarations.ts";
import { readHclFiles } from "../../lib/cli/docs/layer-readme.ts";
import { codeIn, tableBelow } from "./markdown-tables.ts";

const document = readFileSync("docs/original.md", "utf8");
const rows = ["Components", "What it said was missing"].flatMap((heading) =>
  tableBelow(document, heading).map((row) => ({
    what: row.original ?? row.gap ?? "",
    files: codeIn(row.file).map((file) =>
      existsSync(join("terraform", dirname(file))) && !/^(lib|docs|test)\//.test(file)
        ? join("terraform", file)
        : file,
    ),
    variables: codeIn(row.variable),
  })),
);

/** Variables of the layers that the files are in. */
const declaredBeside = (files: readonly string[]): Set<string> =>
  new Set(
    [...new Set(files.filter((file) => file.startsWith("terraform/")).map(dirname))]
      .flatMap((directory) => [...readHclFiles(directory).values()])
      .flatMap((text) => declarationsIn(text, "variable").map(({ name }) => name)),
  );

describe("the way from the original to here", () => {
  it.each(rows)("names files and variables that exist for $what", ({ files, variables }) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const declared = declaredBeside(files);
    expect(variables.filter((name) => !declared.has(name))).toEqual([]);
  });

  it("passes through every layer", () => {
    const files = rows.flatMap((row) => row.files);
    const passed = ({ directory }: { directory: string }): boolean =>
      files.some((file) => dirname(file) === join("terraform", directory));
    expect(LAYERS.filter((layer) => !passed(layer)).map(({ directory }) => directory)).toEqual([]);
  });
});
