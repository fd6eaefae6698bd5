import { existsSync, readdirSync, readFileSync } from "node:fs";
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

/** What a root module declares at its top, by address (locals by name), and the text of each. */
function declarationsOf(directory: string): Map<string, string> {
  const path = join(terraform, directory);
  const files = readdirSync(path).filter((name) => name.endsWith(".tf"));
  const text = files.map((name) => readFileSync(join(path, name), "utf8")).join("\n");
  const found = new Map<string, string>();
  for (const [, kind, type, name, body = ""] of text.matchAll(
    /^(resource|data) "(\w+)" "(\w+)" \{\n([\s\S]*?)^\}/gm,
  ))
    found.set(`${kind === "data" ? "data." : ""}${type}.${name}`, body);
  for (const [, locals = ""] of text.matchAll(/^locals \{\n([\s\S]*?)^\}/gm))
    for (const [, name, body = ""] of locals.matchAll(/^ {2}(\w+)\s+= ([\s\S]*?)(?=^ {2}\w|$(?![\s\S]))/gm))
      found.set(`local.${name}`, body);
  return found;
}

/** Resources that one of them reads, through data sources and locals, too. */
function dependenciesOf(
  address: string,
  declared: ReadonlyMap<string, string>,
  seen = new Set<string>(),
): Set<string> {
  const body = (declared.get(address) ?? "").replace(/#.*$/gm, "");
  for (const [, read = ""] of body.matchAll(/\b(local\.\w+|data\.\w+\.\w+|(?<!data\.)[a-z]+_\w+\.\w+)/g)) {
    if (seen.has(read) || !declared.has(read)) continue;
    seen.add(read);
    dependenciesOf(read, declared, seen);
  }
  return seen;
}

describe("what outlives its layer", () => {
  const retaining = LAYERS.filter(({ retains }) => retains);
  it.each(retaining.map(({ directory, retains }) => [directory, retains?.resources ?? []] as const))(
    "is declared by %s, and depends on nothing that does not",
    (directory, resources) => {
      const declared = declarationsOf(directory);
      expect(resources.filter((address) => !declared.has(address))).toEqual([]);
      const needed = new Set(resources.flatMap((address) => [...dependenciesOf(address, declared)]));
      const managed = [...needed].filter((address) => !/^(local|data)\./.test(address));
      expect(managed.filter((address) => !resources.includes(address))).toEqual([]);
      // The bucket's policy reads it through a data source, and the key by a local: both ways are followed.
      if (directory === "resilience") expect(managed).toContain("aws_s3_bucket.backups");
    },
  );
});

describe("the catalogue and the disk", () => {
  it.each(LAYERS.map((layer) => layer.directory))("%s is a root module", (directory) => {
    expect(existsSync(join(terraform, directory, "versions.tf"))).toBe(true);
  });

  it("has an entry for every root module, and none besides", () => {
    expect(rootModules().sort()).toEqual(LAYERS.map((layer) => layer.directory).sort());
  });
});
