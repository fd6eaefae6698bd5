import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";

/** What a layer's HCL says about itself, the modules that it uses from disk included. */
export interface TerraformSource {
  /** Resource types that it manages. */
  readonly resources: readonly string[];
  /** Data sources that it reads. */
  readonly dataSources: readonly string[];
  /** Variables that the root module declares. */
  readonly variables: readonly string[];
}

// terraform fmt, which the layers are held to, puts top-level blocks at the beginning of a line.
const BLOCK = /^(resource|data) "(\w+)" "\w+"/gm;
const VARIABLE = /^variable "(\w+)"/gm;
const LOCAL_MODULE = /^\s*source\s*=\s*"(\.{1,2}\/[^"]+)"/gm;

/** Reads `directory` (absolute). A directory that isn't there declares nothing. */
export function readTerraformSource(directory: string): TerraformSource {
  const resources = new Set<string>();
  const dataSources = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readHcl(path);
    for (const [, block, type = ""] of text.matchAll(BLOCK))
      (block === "resource" ? resources : dataSources).add(type);
    for (const [, source = ""] of text.matchAll(LOCAL_MODULE)) visit(normalize(join(path, source)));
  };
  visit(normalize(directory));
  return {
    resources: [...resources].sort(),
    dataSources: [...dataSources].sort(),
    variables: [...readHcl(directory).matchAll(VARIABLE)].map(([, name = ""]) => name).sort(),
  };
}

function readHcl(directory: string): string {
  if (!existsSync(directory)) return "";
  return readdirSync(directory)
    .filter((name) => name.endsWith(".tf"))
    .sort()
    .map((name) => readFileSync(join(directory, name), "utf8"))
    .join("\n");
}
