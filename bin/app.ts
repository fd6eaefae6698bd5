import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { bundleHandlers } from "../lib/constructs/bundle.ts";
import { ConfigurationError } from "../lib/run/errors.ts";

// Compiling the CDK's modules is a fifth of a synth; the packages' installation ends with a first one.
enableCompileCache(fileURLToPath(new URL("../.strata/compiled", import.meta.url)));

/** Not 1, which is any crash's: a wrong configuration is the operator's to mend. */
const EXIT_CONFIGURATION = 2;

try {
  // The bundler is a program of its own: it works while the CDK, which takes as long to load, is loaded.
  const bundling = bundleHandlers();
  const { synthesize } = await import("../lib/stacks/synthesize.ts");
  await bundling;
  await synthesize();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_CONFIGURATION;
}
