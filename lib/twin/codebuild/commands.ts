import type { Duplex } from "node:stream";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that a build calls and the twin's own process carries out. */
export type Command = (
  words: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
) => Promise<CommandResult>;

/** The descriptor on which everything that a build starts finds the twin. */
export const COMMANDS_DESCRIPTOR = 3;

/**
 * The program that stands for a command on a build's PATH. It hands directory and words to the twin, prints what
 * comes back (exit code and numbers of lines first), and needs nothing but the shell that runs it: a build
 * fetches or stores an object some five times, and starting a program for each would cost more than terraform's
 * init. One call at a time, as our buildspecs make them.
 */
export const COMMAND_PROGRAM = `#!/bin/sh
printf '%s\\0' "$PWD" "$#" "$@" >&${COMMANDS_DESCRIPTOR}
read -r code out err <&${COMMANDS_DESCRIPTOR} || exit 255
while [ "$out" -gt 0 ]; do IFS= read -r line <&${COMMANDS_DESCRIPTOR}; printf '%s\\n' "$line"; out=$((out - 1)); done
while [ "$err" -gt 0 ]; do IFS= read -r line <&${COMMANDS_DESCRIPTOR}; printf '%s\\n' "$line" >&2; err=$((err - 1)); done
exit "$code"
`;

/** Lines of a text, whose last one may lack its end. */
const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** The calls that are whole, and what has come of the next one. */
function callsIn(words: readonly string[]): { calls: string[][]; rest: readonly string[] } {
  const calls: string[][] = [];
  let rest = words;
  for (;;) {
    const length = 2 + Number(rest[1] ?? Number.POSITIVE_INFINITY);
    if (rest.length < length) return { calls, rest };
    calls.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
}

/** Carries out the calls that come from a build until its end of the stream is closed. */
export function serveCommands(
  stream: Duplex,
  command: Command,
  environment: Readonly<Record<string, string>>,
): void {
  let text = "";
  let words: readonly string[] = [];
  stream.setEncoding("utf8");
  // A killed build reads no answer any more.
  stream.on("error", () => undefined);
  stream.on("data", (chunk: string) => {
    const parts = (text + chunk).split("\0");
    text = parts.pop() ?? "";
    const { calls, rest } = callsIn([...words, ...parts]);
    words = rest;
    for (const [directory = "", , ...given] of calls)
      void command(given, directory, environment).then(({ code, stdout, stderr }) => {
        const [out, err] = [linesOf(stdout), linesOf(stderr)];
        const lines = [`${code} ${out.length} ${err.length}`, ...out, ...err];
        if (stream.writable) stream.write(lines.map((line) => `${line}\n`).join(""));
      });
  });
}
