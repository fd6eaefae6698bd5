import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * Makes the directory that stands first on a build's PATH: `aws`, bundled once, because it is started for
 * every object that a build fetches or stores. The AWS CLI of the machine is not used even where there is one:
 * it takes most of a second to start.
 */
export async function installTools(directory: string): Promise<string> {
  const bin = join(directory, "bin");
  await mkdir(bin, { recursive: true });
  const program = join(bin, "aws.mjs");
  await build({
    entryPoints: [join(dirname(fileURLToPath(import.meta.url)), "aws-cli.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  const aws = join(bin, "aws");
  await writeFile(aws, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  await chmod(aws, 0o755);
  return bin;
}
