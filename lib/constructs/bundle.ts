import { existsSync, readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, buildSync } from "esbuild";
import { forgetOld } from "./forget-old.ts";
import { PROJECT_ROOT } from "./project-root.ts";
import { fingerprintOf } from "./source-fingerprint.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** CommonJS packages inside an ESM bundle still call `require` for Node's own modules. */
const REQUIRE =
  'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);';

/** What the bundles have in the place of modules that cost more than they give there. */
const BUNDLED = join(import.meta.dirname, "bundled");

let bundled: string | undefined;

/**
 * Directory that holds the bundle of `lambdas/<name>/handler.ts`, alone, as `index.mjs`: a `.js` loads
 * differently in Lambda and below a package of type "module". All handlers are bundled at the first call, unless
 * `bundleHandlers` has done it.
 */
export function bundleHandler(name: string): string {
  if (bundled === undefined) {
    const directory = temporaryDirectory("strata-handlers-");
    withoutCollector(() => buildSync(optionsInto(directory)));
    bundled = directory;
  }
  const directory = join(bundled, name);
  if (!existsSync(join(directory, "index.mjs"))) throw new Error(`there is no lambdas/${name}/handler.ts`);
  return directory;
}

/** What bundles are made of: handlers import neither the twin nor what its users see. */
const SOURCES = {
  inputs: ["lambdas", "lib", "package.json", "package-lock.json"],
  leftOut: [join("lib", "twin"), join("lib", "cli")],
};
const KEPT = join(PROJECT_ROOT, ".strata", "bundles");

/**
 * Bundles every handler, in one process, which is ten times faster than one by one; the caller may do other things.
 * Bundles of the same sources are used again.
 */
export async function bundleHandlers(): Promise<void> {
  const directory = join(KEPT, fingerprintOf(PROJECT_ROOT, SOURCES, {}));
  if (!existsSync(directory)) await keepBundles(directory);
  bundled = directory;
}

async function keepBundles(directory: string): Promise<void> {
  const unfinished = `${directory}.${process.pid}`;
  try {
    await withoutCollector(() => build(optionsInto(unfinished)));
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Unless somebody else has just made the same.
    if (!existsSync(directory)) throw error;
  }
  await forgetOld(KEPT);
}

/**
 * The bundler lives for two seconds and takes 0.6 GB; collecting its garbage takes as long again as all the rest.
 * It is a Go program, which takes such settings from the environment that it is started with.
 */
function withoutCollector<T>(start: () => T): T {
  const before = process.env.GOGC;
  process.env.GOGC = "off";
  try {
    return start();
  } finally {
    if (before === undefined) delete process.env.GOGC;
    else process.env.GOGC = before;
  }
}

function optionsInto(outdir: string): BuildOptions {
  const lambdas = join(PROJECT_ROOT, "lambdas");
  const handlers = readdirSync(lambdas, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(lambdas, entry.name, "handler.ts")))
    .map((entry) => entry.name)
    .sort();
  return {
    absWorkingDir: PROJECT_ROOT,
    entryPoints: handlers.map((name) => ({ in: `lambdas/${name}/handler.ts`, out: `${name}/index` })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    alias: {
      "@aws-sdk/credential-provider-node": join(BUNDLED, "credential-provider-node.mjs"),
      "node:http": join(BUNDLED, "node-http.cjs"),
    },
    legalComments: "none",
    logLevel: "error",
  };
}
