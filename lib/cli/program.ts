import { Command, CommanderError, Option } from "commander";
import { ConfigurationError } from "../run/errors.ts";
import { addCheckCommand } from "./add-check-command.ts";
import {
  collectBreak,
  collectSetting,
  parseInput,
  parseLatency,
  parseLayers,
  parsePort,
  parseReason,
  parseSpeed,
} from "./arguments.ts";
import { breaksCommand } from "./breaks-command.ts";
import { DRIFT, parseTampering } from "./drift-check.ts";
import type { EvidenceOptions } from "./evidence-command.ts";
import { EXAMPLES } from "./examples.ts";
import type { KubernetesOptions } from "./kubernetes-command.ts";
import { PROVE } from "./prove-check.ts";
import { addRehearseRecoveryCommand } from "./rehearse-recovery-command.ts";
import { addRemoteCommands } from "./remote/commands.ts";
import type { RunOptions } from "./run-command.ts";
import { EXIT_USAGE, UsageError } from "./usage-error.ts";
import { addVerifyBackupCommand } from "./verify-backup-command.ts";

// What a command needs is loaded when it is asked for: the twin takes a second, and `--help` does not need it.
const OPERATIONS = {
  deploy: "plan, review, apply and prove every layer",
  plan: "plan every layer that can be planned; apply nothing",
  destroy: "destroy every layer in the opposite order",
} as const;
type Operation = keyof typeof OPERATIONS;

const POLICIES = ["always", "on-change", "on-destroy", "never"];

function addRunCommand(twin: Command, operation: Operation, done: (code: number) => void): void {
  const input = new Option("--input <json>", "the execution's whole input, as in the Step Functions console")
    .argParser((text) => parseInput(text, operation))
    .conflicts(["layers", "reason", "approval"]);
  twin
    .command(operation)
    .description(OPERATIONS[operation])
    .option(
      "--layers <a,b>",
      "these layers, and what they depend on (destroy: what depends on them)",
      parseLayers,
    )
    .option("--reason <text>", "kept with the run", parseReason, `${operation} in the twin`)
    .addOption(new Option("--approval <policy>", "when a person must approve").choices(POLICIES))
    .addOption(input)
    .option("--break <name>", "break something (repeatable)", collectBreak)
    .option("--set <key=value>", "another value in cdk.json's configuration (repeatable)", collectSetting)
    .option("--world <file>", "load the world from this file if it exists, and save it there at the end")
    .option("--json <file>", "write the run record")
    .option("--artifacts <dir>", "write every artefact of the run, redacted")
    .option("--latency <factor>", "scale every modelled latency", parseLatency, 1)
    .option("--quiet", "print the closing table only")
    .action(async (options: RunOptions) => {
      const { runCommand } = await import("./run-command.ts");
      done(await runCommand(operation, options));
    });
}

/** What has to do with neither the twin nor an account. */
function addOwnCommands(root: Command, done: (code: number) => void): void {
  root
    .command("evidence")
    .description("what runs did, as it was signed")
    .command("verify <file>")
    .description("is this what was signed at the run's end? without AWS, without a network")
    .requiredOption("--key <public.pem>", "the public half of the key that signs")
    .option("--signature <file>", "default: beside the evidence, with .sig behind its name")
    .action(async (file: string, options: EvidenceOptions) => {
      const { evidenceCommand } = await import("./evidence-command.ts");
      done(evidenceCommand(file, options));
    });
  root
    .command("docs")
    .description("make the generated parts of the documentation anew")
    .action(async () => {
      const { docsCommand } = await import("./docs-command.ts");
      done(await docsCommand());
    });
  root
    .command("bench")
    .description("measure the pipeline, the command line, the bundles and the bill")
    .option("--json <file>", "write the numbers as JSON, too")
    .action(async (options: { json?: string }) => {
      const { benchCommand } = await import("./bench-command.ts");
      done(await benchCommand(options));
    });
}

function program(done: (code: number) => void): Command {
  const root = new Command("strata").description(
    "Builds, proves and protects a production Kubernetes platform on AWS.",
  );
  const twin = root.command("twin").description("the same pipeline on this machine, without an account");
  for (const operation of Object.keys(OPERATIONS) as Operation[]) addRunCommand(twin, operation, done);
  twin
    .command("prepare")
    .description("synthesize the app and compile the twin, so that the next command begins at once")
    .action(async () => {
      const { prepareCommand } = await import("./prepare-command.ts");
      done(await prepareCommand());
    });
  addVerifyBackupCommand(twin, done);
  addRehearseRecoveryCommand(twin, done);
  addCheckCommand(twin, PROVE, "ask the gates of applied layers; change nothing", done, (command) =>
    command.option("--layers <a,b>", "these layers only", parseLayers),
  );
  addCheckCommand(
    twin,
    DRIFT,
    "compare the world with what was applied last; change nothing",
    done,
    (command) =>
      command
        .option("--layers <a,b>", "these layers only", parseLayers)
        .option(
          "--tamper <kinds>",
          "first change the world by hand: edited, deleted, added (comma-separated)",
          parseTampering,
        ),
  );
  twin
    .command("breaks")
    .description("list what can be broken, one a line")
    .action(() => done(breaksCommand()));
  twin
    .command("kubernetes")
    .description("serve the clusters of a saved world to kubectl, until Ctrl-C")
    .requiredOption("--world <file>", "the world; what happens meanwhile is saved there at the end")
    .option("--port <number>", "listen here, on 127.0.0.1 (0: any free port)", parsePort, 0)
    .option("--kubeconfig <file>", "write it here (default: the world's file name and .kubeconfig)")
    .option("--speed <factor>", "virtual seconds that go by in a real one", parseSpeed, 1)
    .action(async (options: KubernetesOptions) => {
      const { kubernetesCommand } = await import("./kubernetes-command.ts");
      done(await kubernetesCommand(options));
    });
  addRemoteCommands(root, done);
  addOwnCommands(root, done);
  const below = root.commands.flatMap(({ commands }) => commands);
  for (const command of [root, ...root.commands, ...below]) arrange(command);
  return root;
}

/** `twin deploy`, `twin plan` … `docs`: what can be asked for. */
function leafNames(command: Command): string[] {
  if (command.commands.length === 0) return [command.name()];
  return command.commands.flatMap(leafNames).map((name) => `${command.name()} ${name}`);
}

/** What all commands share: nothing exits but `main`, and every mistake says where to look. */
function arrange(command: Command): void {
  const names = command.commands.flatMap(leafNames);
  const hint =
    names.length > 0
      ? `The commands are: ${names.join(", ")}. --help shows examples. Nothing was started.`
      : "--help shows the options, and examples. Nothing was started.";
  command
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(hint)
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 110) })
    .addHelpText("after", EXAMPLES[command.name()] ?? "");
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
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return EXIT_USAGE;
  }
}
