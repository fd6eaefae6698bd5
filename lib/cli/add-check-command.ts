import { type Command, Option } from "commander";
import { collectBreak, collectSetting, parseLatency, parseReason } from "./arguments.ts";
import { type Check, type CheckOptions, checkCommand } from "./check-command.ts";

/** Adds `twin <machine>` with the options that every check has; `more` adds its own. */
export function addCheckCommand<Options extends CheckOptions>(
  twin: Command,
  check: Check<Options>,
  description: string,
  done: (code: number) => void,
  more: (command: Command) => Command = (command) => command,
): void {
  const command = more(twin.command(check.machine).description(description))
    .addOption(
      new Option(
        "--world <file>",
        "look into this world, and save it there at the end",
      ).makeOptionMandatory(),
    )
    .option("--reason <text>", "kept with the execution", parseReason, `${check.machine} in the twin`)
    .option("--break <name>", "break something first (repeatable)", collectBreak)
    .option("--set <key=value>", "another value in cdk.json's configuration (repeatable)", collectSetting)
    .option("--json <file>", "write the record")
    .option("--artifacts <dir>", "write every artefact of the execution, redacted")
    .option("--latency <factor>", "scale every modelled latency", parseLatency, 1)
    .option("--quiet", "print the findings and the closing table only");
  command.action(async (options: Options) => done(await checkCommand(check, options)));
}
