import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { bundleHandler, bundleHandlers } from "../../lib/constructs/bundle.ts";

/** SDK clients included; above it, a cold start is felt. */
const LIMIT = 700_000;
const HANDLERS = readdirSync("lambdas", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
await bundleHandlers();
const bundle = (name: string) => join(bundleHandler(name), "index.mjs");

it.each(HANDLERS)("%s stays within its weight", (name) => {
  expect(statSync(bundle(name)).size).toBeLessThanOrEqual(LIMIT);
});

it("loads every bundle with an empty environment, and without Node's fetch: nothing is read or connected at import", () => {
  const load = HANDLERS.map((name) => `import(${JSON.stringify(pathToFileURL(bundle(name)).href)})`).join(
    ",",
  );
  const script = `const all = await Promise.all([${load}]); console.log(all.map((m) => typeof m.handler + m.handler.length).join(), process.moduleLoadList.filter((each) => each.includes("undici")).length);`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    env: {},
    encoding: "utf8",
  });
  expect(output.trim()).toBe(`${HANDLERS.map(() => "function2").join()} 0`);
});
