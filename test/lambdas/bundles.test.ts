import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

/** SDK clients included; above it, a cold start is felt. */
const LIMIT = 700_000;
const HANDLERS = readdirSync("lambdas", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const sizes = new Map<string, number>();
const directory = mkdtempSync(join(tmpdir(), "strata-bundles-"));
const bundle = (name: string) => join(directory, name, "index.mjs");

/** As the stack bundles them: ESM, the packages' own ESM preferred, `require` for what CommonJS is left. */
beforeAll(() => {
  for (const name of HANDLERS) {
    buildSync({
      entryPoints: [join("lambdas", name, "handler.ts")],
      outfile: bundle(name),
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      target: "node24",
      mainFields: ["module", "main"],
      banner: {
        js: 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);',
      },
      legalComments: "none",
      logLevel: "error",
    });
    sizes.set(name, statSync(bundle(name)).size);
  }
});
afterAll(() => {
  const lines = [...sizes].map(
    ([name, size]) => `${name.padEnd(22)} ${(size / 1000).toFixed(0).padStart(4)} KB`,
  );
  console.log(lines.join("\n"));
  rmSync(directory, { recursive: true });
});

it.each(HANDLERS)("%s stays within its weight", (name) => {
  expect(sizes.get(name)).toBeLessThanOrEqual(LIMIT);
});

it("loads every bundle with an empty environment: nothing is read or connected at import", () => {
  const load = HANDLERS.map((name) => `import(${JSON.stringify(pathToFileURL(bundle(name)).href)})`).join(
    ",",
  );
  const script = `const all = await Promise.all([${load}]); console.log(all.map((m) => typeof m.handler + m.handler.length).join());`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    env: {},
    encoding: "utf8",
  });
  expect(output.trim()).toBe(HANDLERS.map(() => "function2").join());
});
