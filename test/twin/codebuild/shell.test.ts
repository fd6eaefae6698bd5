import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseBuildspec } from "../../../lib/twin/codebuild/buildspec.ts";
import { runShell, type ShellResult } from "../../../lib/twin/codebuild/shell.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "strata-shell-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (yaml: string): Promise<ShellResult> =>
  runShell(parseBuildspec(yaml), directory, { PATH: process.env.PATH ?? "", NAME: "it's" }).done;

describe("a build's shell", () => {
  it("carries variables and the directory from command to command, and exports what it was told to", async () => {
    const result = await run(`
version: 0.2
env: { exported-variables: [ANSWER, ABSENT] }
phases:
  install: { commands: ["mkdir sub", "cd sub", "ANSWER=\\"$NAME: 42\\""] }
  build: { commands: ["pwd > where"] }
`);
    expect(result.phases).toEqual([
      { phase: "INSTALL", succeeded: true },
      { phase: "BUILD", succeeded: true },
    ]);
    expect(result.exported).toEqual({ ANSWER: "it's: 42" });
    expect((await readFile(join(directory, "sub", "where"), "utf8")).trim()).toMatch(/\/sub$/);
  });

  it("ends a phase at its first failing command and names it; POST_BUILD still runs after BUILD", async () => {
    const result = await run(`
version: 0.2
phases:
  build: { commands: ["echo one", "sh -c 'exit 3'", "echo never"], finally: ["echo tidy"] }
  post_build: { commands: ["echo after"] }
`);
    expect(result.output).toBe("one\ntidy\nafter\n");
    expect(result.phases[0]).toEqual({
      phase: "BUILD",
      succeeded: false,
      message:
        "COMMAND_EXECUTION_ERROR: Error while executing command: sh -c 'exit 3'. Reason: exit status 3",
    });
  });

  it("ends the build when INSTALL fails", async () => {
    const result = await run(`
version: 0.2
phases:
  install: { commands: ["false"] }
  build: { commands: ["echo never"] }
  post_build: { commands: ["echo never"] }
`);
    expect(result.phases.map(({ phase }) => phase)).toEqual(["INSTALL"]);
    expect(result.output).toBe("");
  });

  it("sees nothing of the machine's own environment", async () => {
    const result = await run(`
version: 0.2
phases: { build: { commands: ["env | grep -c '^HOME=' || true"] } }
`);
    expect(result.output.trim()).toBe("0");
  });

  it("rejects what it does not know, with its path", () => {
    expect(() =>
      parseBuildspec("version: 0.2\nphases: { build: { commands: [x], on-failure: ABORT } }"),
    ).toThrow(/on-failure/);
  });

  it("is killed with everything it started", async () => {
    const loop = "(while :; do echo alive >> beats; sleep 0.02; done) & wait";
    const shell = runShell(
      parseBuildspec(`version: 0.2\nphases: { build: { commands: ["${loop}"] } }`),
      directory,
      { PATH: process.env.PATH ?? "" },
    );
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
    const beats = (): Promise<string> => readFile(join(directory, "beats"), "utf8").catch(() => "");
    while ((await beats()) === "") await pause();
    shell.kill();
    await shell.done;
    const last = await beats();
    await pause();
    expect(await beats()).toBe(last);
  });
});
