import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Bundles the worker's program once, because a deploy starts some twenty workers. */
export async function bundleWorker(directory: string): Promise<URL> {
  const outfile = join(directory, "lambda-worker.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  return pathToFileURL(outfile);
}
