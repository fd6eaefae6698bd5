import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

let program: Promise<Uint8Array> | undefined;

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** Bundles the worker's program once in a process, because a deploy starts some twenty workers. */
export async function bundleWorker(directory: string): Promise<URL> {
  program ??= bundle();
  const outfile = join(directory, "lambda-worker.mjs");
  await mkdir(directory, { recursive: true });
  await writeFile(outfile, await program);
  return pathToFileURL(outfile);
}
