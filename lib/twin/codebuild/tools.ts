import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMMAND_PROGRAM } from "./commands.ts";

/**
 * Makes the directory that stands first on a build's PATH, with `aws` in it. The AWS CLI of the machine is not
 * used even where there is one: it takes most of a second to start.
 */
export async function installTools(directory: string): Promise<string> {
  const bin = join(directory, "bin");
  await mkdir(bin, { recursive: true });
  const aws = join(bin, "aws");
  await writeFile(aws, COMMAND_PROGRAM);
  await chmod(aws, 0o755);
  return bin;
}
