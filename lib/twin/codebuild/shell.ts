import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Buildspec } from "./buildspec.ts";
import { PHASES } from "./buildspec.ts";
import { COMMANDS_DESCRIPTOR, type Command, serveCommands } from "./commands.ts";

export interface PhaseResult {
  readonly phase: "INSTALL" | "PRE_BUILD" | "BUILD" | "POST_BUILD";
  readonly succeeded: boolean;
  /** CodeBuild's words for a failed command. */
  readonly message?: string;
}

export interface ShellResult {
  readonly phases: readonly PhaseResult[];
  readonly exported: Readonly<Record<string, string>>;
  /** Everything that was printed, in order. */
  readonly output: string;
}

/** Single quotes for a POSIX shell. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * One shell for the whole build, as with buildspec version 0.2: variables and the directory carry over from
 * command to command. The first failing command ends its phase; INSTALL and PRE_BUILD failing end the build,
 * BUILD failing still runs POST_BUILD. `finally` runs either way.
 * Each phase's verdict goes to a file, because standard output belongs to the commands.
 */
function scriptOf(buildspec: Buildspec, reportFile: string): string {
  const lines = [
    "strata_failed=''",
    `report() { printf '%s\\t%s\\t%s\\n' "$1" "$2" "$3" >>${quote(reportFile)}; }`,
  ];
  for (const [name, phase] of PHASES) {
    const steps = buildspec.phases[name];
    if (!steps) continue;
    const runs = phase === "POST_BUILD" ? `[ "$strata_failed" != early ]` : `[ -z "$strata_failed" ]`;
    lines.push(`if ${runs}; then`, "strata_phase=0");
    for (const [index, command] of steps.commands.entries())
      lines.push(
        `if [ "$strata_phase" = 0 ]; then`,
        `eval ${quote(command)}`,
        `strata_code=$?; [ "$strata_code" = 0 ] || { strata_phase=$strata_code; report ${phase} FAILED "${index} $strata_code"; }`,
        "fi",
      );
    for (const command of steps.finally) lines.push(`eval ${quote(command)}`);
    const early = phase === "INSTALL" || phase === "PRE_BUILD" ? "early" : "late";
    lines.push(
      `if [ "$strata_phase" = 0 ]; then report ${phase} SUCCEEDED 0; else strata_failed=${early}; fi`,
      "fi",
    );
  }
  for (const variable of buildspec.env["exported-variables"])
    lines.push(`report EXPORT ${variable} "$(printf %s "\${${variable}-}" | base64 | tr -d '\\n')"`);
  return `${lines.join("\n")}\n`;
}

function read(report: string, buildspec: Buildspec): Pick<ShellResult, "phases" | "exported"> {
  const phases: PhaseResult[] = [];
  const exported: Record<string, string> = {};
  for (const line of report.split("\n").filter(Boolean)) {
    const [first = "", second = "", third = ""] = line.split("\t");
    if (first === "EXPORT") {
      if (third) exported[second] = Buffer.from(third, "base64").toString();
      continue;
    }
    const phase = first as PhaseResult["phase"];
    if (second === "SUCCEEDED") phases.push({ phase, succeeded: true });
    else {
      const [index = "0", code = "1"] = third.split(" ");
      const key = PHASES.find(([, name]) => name === phase)?.[0] ?? "build";
      const command = buildspec.phases[key]?.commands[Number(index)]?.trim() ?? "";
      const message = `COMMAND_EXECUTION_ERROR: Error while executing command: ${command}. Reason: exit status ${code}`;
      phases.push({ phase, succeeded: false, message });
    }
  }
  return { phases, exported };
}

/** A running build's shell; `kill` ends it and everything it started, at once. */
export interface RunningShell {
  readonly done: Promise<ShellResult>;
  kill(): void;
}

/** Runs the buildspec's phases in `directory` with exactly `environment`; `aws` is carried out by this process. */
export function runShell(
  buildspec: Buildspec,
  directory: string,
  environment: Record<string, string>,
  aws: Command,
): RunningShell {
  let child: ChildProcess | undefined;
  const kill = (): void => {
    if (child?.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  };
  const start = async (): Promise<ShellResult> => {
    const reportFile = join(directory, ".phases");
    const scriptFile = join(directory, ".build.sh");
    await writeFile(reportFile, "");
    await writeFile(scriptFile, scriptOf(buildspec, reportFile));
    const chunks: Buffer[] = [];
    child = spawn("/bin/sh", [scriptFile], {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    serveCommands(child.stdio[COMMANDS_DESCRIPTOR] as Duplex, aws, environment);
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    await new Promise<void>((resolve, reject) => {
      child?.once("error", reject);
      child?.once("close", () => resolve());
    });
    return {
      ...read(await readFile(reportFile, "utf8"), buildspec),
      output: Buffer.concat(chunks).toString(),
    };
  };
  return { done: start(), kill };
}
