import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { layerName } from "../catalogue/define-layers.ts";
import { LAYERS } from "../catalogue/layers.ts";
import { BREAKS } from "../twin/breaks/breaks.ts";
import { benchCommand } from "./bench-command.ts";
import { breaksCommand } from "./breaks-command.ts";
import { docsCommand } from "./docs-command.ts";
import { didYouMean } from "./nearest.ts";
import { type RunOptions, runCommand } from "./run-command.ts";
import { EXIT_USAGE, UsageError } from "./usage-error.ts";

const EXAMPLES = `
Examples:
  npm start                                                  deploy the whole platform in the twin
  npm start -- --world w.json                                … and keep its world; again: no changes
  npm start -- --break certificate-not-issued                watch a gate catch it
  npm run strata -- twin plan --world w.json                 what would a deploy change?
  npm run strata -- twin deploy --layers app --world w.json  one layer and what it depends on
  npm run strata -- twin destroy --world w.json              take everything down again
  npm run strata -- twin breaks                              what can be broken`;

const OPERATIONS = {
  deploy: "plan, review, apply and prove every layer",
  plan: "plan every layer that can be planned; apply nothing",
  destroy: "destroy every layer in the opposite order",
} as const;

function layers(text: string): string[] {
  const known = LAYERS.map(({ directory }) => layerName(directory));
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) throw new InvalidArgumentError(`name at least one of ${known.join(", ")}.`);
  for (const name of names)
    if (!known.includes(name))
      throw new InvalidArgumentError(
        `there is no layer "${name}"${didYouMean(name, known)} There are: ${known.join(", ")}.`,
      );
  return names;
}

function collectBreak(name: string, earlier: readonly string[]): string[] {
  const known = BREAKS.map((entry) => entry.name);
  if (!known.includes(name))
    throw new InvalidArgumentError(
      `there is no break "${name}"${didYouMean(name, known)} \`npm run strata -- twin breaks\` lists them.`,
    );
  return [...earlier, name];
}

function reason(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("say why, in a few words: it is kept with the run.");
  return text;
}

function addRunCommand(
  twin: Command,
  operation: keyof typeof OPERATIONS,
  done: (code: number) => void,
): void {
  twin
    .command(operation)
    .description(OPERATIONS[operation])
    .option("--layers <a,b>", "these layers, and what they depend on (destroy: what depends on them)", layers)
    .option("--reason <text>", "kept with the run", reason, `${operation} in the twin`)
    .addOption(
      new Option("--approval <policy>", "when a person must approve").choices([
        "always",
        "on-change",
        "on-destroy",
        "never",
      ]),
    )
    .option("--break <name>", "break something (repeatable)", collectBreak, [])
    .option("--world <file>", "load the world from this file if it exists, and save it there at the end")
    .option("--json <file>", "write the run record")
    .option("--artifacts <dir>", "write every artefact of the run, redacted")
    .option("--input <json>", "the execution's whole input, as in the Step Functions console")
    .option("--latency <factor>", "scale every modelled latency", Number, 1)
    .option("--quiet", "print the closing table only")
    .action(async (options: RunOptions) => done(await runCommand(operation, options)));
}

function program(done: (code: number) => void): Command {
  const root = new Command("strata")
    .description("Builds, proves and protects a production Kubernetes platform on AWS.")
    .addHelpText("after", EXAMPLES);
  const twin = root.command("twin").description("the same pipeline on this machine, without an account");
  for (const operation of Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[])
    addRunCommand(twin, operation, done);
  twin
    .command("breaks")
    .description("list what can be broken, one a line")
    .action(() => done(breaksCommand()));
  root
    .command("docs")
    .description("make the generated parts of the documentation anew")
    .action(async () => done(await docsCommand()));
  root
    .command("bench")
    .description("measure the pipeline, the command line, the bundles and the bill")
    .option("--json <file>", "write the numbers as JSON, too")
    .action(async (options: { json?: string }) => done(await benchCommand(options)));
  for (const command of [root, twin, ...root.commands, ...twin.commands])
    command.exitOverride().showSuggestionAfterError().showHelpAfterError("(add --help for examples)");
  return root;
}

/** Runs one command line; resolves with the exit code: 0 done, 1 the run failed, 2 bad input. */
export async function main(words: readonly string[]): Promise<number> {
  let code = 0;
  const root = program((result) => {
    code = result;
  });
  try {
    await root.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      return EXIT_USAGE;
    }
    throw error;
  }
}
