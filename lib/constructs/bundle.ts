import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { PROJECT_ROOT } from "./project-root.ts";

/** CommonJS packages inside an ESM bundle still call `require` for Node's own modules. */
const REQUIRE =
  'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);';

/**
 * Bundles `lambdas/<name>/handler.ts` into `index.mjs`, alone in a directory, and returns that directory.
 * `.mjs`, because a `.js` below a package of type "module" and the same file in Lambda load differently.
 */
export function bundleHandler(name: string): string {
  const entry = join("lambdas", name, "handler.ts");
  const directory = mkdtempSync(join(tmpdir(), `strata-${name}-`));
  const there = existsSync(join(PROJECT_ROOT, entry));
  buildSync({
    absWorkingDir: PROJECT_ROOT,
    ...(there
      ? { entryPoints: [entry] }
      : { stdin: { contents: `export const handler = async () => { throw new Error("${name}"); };` } }),
    outfile: join(directory, "index.mjs"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "error",
  });
  return directory;
}
