import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMMAND_PROGRAM } from "./commands.ts";
import { quote } from "./shell.ts";

/**
 * The pinned terraform, which every build asks for its version first: what it answered once is not asked again, since
 * starting it costs more than most steps of a build. All else it is asked itself.
 */
const terraformProgram = (terraform: string): string => `#!/bin/sh
terraform=${quote(terraform)}
[ "$*" = version ] || exec "$terraform" "$@"
if [ ! -f "$0.version" ]; then
  "$terraform" version >"$0.version.$$" || exit
  mv "$0.version.$$" "$0.version"
fi
while IFS= read -r line; do printf '%s\\n' "$line"; done <"$0.version"
`;

/**
 * Makes the directory that stands first on a build's PATH, with `aws` and `terraform` in it. The AWS CLI of the machine
 * is not used even where there is one: it takes most of a second to start.
 */
export async function installTools(directory: string, terraformDirectory: string): Promise<string> {
  const bin = join(directory, "bin");
  await mkdir(bin, { recursive: true });
  const programs = {
    aws: COMMAND_PROGRAM,
    terraform: terraformProgram(join(terraformDirectory, "terraform")),
  };
  for (const [name, program] of Object.entries(programs)) {
    await writeFile(join(bin, name), program);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}
