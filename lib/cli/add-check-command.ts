import { type Command, Option } from "commander";
import { collectBreak, collectSetting, parseLatency, parseReason } from "./arguments.ts";
import type { Check, CheckOptions } from "./check-command.ts";
import type { Ground } from "./fresh-ground.ts";

/**
 * Adds `twin <machine>` with the options that every check has; `more` adds its own.
 * @param ground what is deployed first where no world is given; left out, a world must be given
 */
export function addCheckCommand<Options extends CheckOptions>(
  twin: Command,
  check: Check<Options>,
  description: string,
  done: (code: number) => void,
  more: (command: Command) => Command = (command) => command,
  ground?: (options: Options) => Ground,
): void {
  const world = new Option(
    "--world <file>",
    `look into this world, and save it there at the end${ground ? " (default: a new one, not kept)" : ""}`,
  );
  const command = more(twin.command(check.machine).description(description))
    .addOption(ground ? world : world.makeOptionMandatory())
    .option("--reason <text>", "kept with the execution", parseReason, `${check.machine} in the twin`)
    .option("--break <name>", "break something first (repeatable)", collectBreak)
    .option("--set <key=value>", "another value in cdk.json's configuration (repeatable)", collectSetting)
    .option("--json <file>", "write the record")
    .option("--artifacts <dir>", "write every artefact of the execution, redacted")
    .option("--latency <factor>", "scale every modelled latency", parseLatency, 1)
    .option("--quiet", "print the findings and the closing table only");
  command.action(async (options: Options) => {
    if (ground && options.world === undefined) {
      const { checkOnFreshGround } = await import("./fresh-ground.ts");
      done(await checkOnFreshGround(check, options, ground(options)));
      return;
    }
    const { checkCommand } = await import("./check-command.ts");
    done(await checkCommand(check, options));
  });
}
