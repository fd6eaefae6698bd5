import { styleText } from "node:util";
import { clearAtExit } from "../end-on-signal.ts";
import { MARK } from "./tree.ts";

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_BELOW = "\u001b[0J";
const CLEAR_REST_OF_LINE = "\u001b[K";
const CLEAR_ALL = "\u001b[2J\u001b[H";

const COLOURS = { [MARK.succeeded]: "green", [MARK.failed]: "red", [MARK.running]: "yellow" } as const;

/** Colours a line's mark; lines of what has not begun are dim. `NO_COLOR` and pipes get the line as it is. */
export function paint(line: string, stream: NodeJS.WritableStream = process.stdout): string {
  const start = /^( *)(\S)( .*)?$/.exec(line);
  const [, indent = "", mark = "", rest = ""] = start ?? [];
  if (mark === MARK.waiting) return styleText("dim", line, { stream });
  const colour = COLOURS[mark as keyof typeof COLOURS];
  return colour === undefined ? line : `${indent}${styleText(colour, mark, { stream })}${rest}`;
}

/** Draws lines over the ones drawn before. After a resize nobody knows how those wrapped: it starts afresh. */
export function openScreen(terminal: Terminal): { draw(lines: readonly string[]): void; close(): void } {
  let drawn = 0;
  let columns = terminal.columns;
  terminal.write(HIDE_CURSOR);
  const close = clearAtExit(() => terminal.write(SHOW_CURSOR));
  return {
    draw(lines) {
      const resized = columns !== terminal.columns;
      columns = terminal.columns;
      const back = resized ? CLEAR_ALL : drawn === 0 ? "" : `\u001b[${drawn}A\r`;
      const text = lines.map((line) => `${line}${CLEAR_REST_OF_LINE}\n`).join("");
      terminal.write(`${back}${text}${CLEAR_BELOW}`);
      drawn = lines.length;
    },
    close,
  };
}
