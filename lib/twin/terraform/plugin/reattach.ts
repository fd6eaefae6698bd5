import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { reattachValue, type ServedProvider } from "./server.ts";

/** Served providers as terraform is told of them. */
export interface Reattachment {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  close(): void;
}

/**
 * Terraform kills the process that it takes for the provider (SIGKILL) when it cannot connect any more, for
 * instance because it outlives the build. The providers live in the twin's own process, so it is given the id
 * of a process that does nothing and ends with the twin: `cat` on a pipe that never brings anything. One is
 * enough for all builds (starting it costs this large process more than a build's other commands); when it was
 * killed, the next build gets another.
 */
let scapegoat: ChildProcess | undefined;

function scapegoatPid(): number {
  if (scapegoat && scapegoat.exitCode === null && scapegoat.signalCode === null) return scapegoat.pid ?? 0;
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  child.unref();
  (child.stdin as unknown as Socket).unref();
  // Killed or never started: it has no other purpose than to be there.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  scapegoat = child;
  return child.pid ?? 0;
}

/** Announces providers to terraform until `close`, which closes them too. */
export function announce(providers: readonly ServedProvider[]): Reattachment {
  return {
    reattach: reattachValue(providers, scapegoatPid()),
    close: () => {
      for (const provider of providers) provider.close();
    },
  };
}
