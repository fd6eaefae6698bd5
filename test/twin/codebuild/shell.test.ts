import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runAws } from "../../../lib/twin/codebuild/aws-cli.ts";
import { parseBuildspec } from "../../../lib/twin/codebuild/buildspec.ts";
import { COMMAND_PROGRAM, type Command } from "../../../lib/twin/codebuild/commands.ts";
import { runShell, type ShellResult } from "../../../lib/twin/codebuild/shell.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "strata-shell-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (yaml: string): Promise<ShellResult> =>
  runShell(parseBuildspec(yaml), directory, { PATH: process.env.PATH ?? "", NAME: "it's" }, runAws).done;

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

  it("hands aws to the twin word for word, and takes back what it prints and how it ends", async () => {
    const calls: [string, readonly string[]][] = [];
    const aws: Command = async (words, from) => {
      calls.push([from, words]);
      return { code: 7, stdout: `first \\n\n  ${words.length}`, stderr: "\nrefused\n" };
    };
    await writeFile(join(directory, "aws"), COMMAND_PROGRAM, { mode: 0o755 });
    const yaml = `
version: 0.2
phases:
  build:
    commands:
      - mkdir sub; cd sub
      - out=$(aws s3api 'two  words' '' "it's" 2>../err); printf '%s <%s>\\n' $? "$out"
      - sh -c 'aws again >/dev/null 2>&1' || echo "then $?"
`;
    const environment = { PATH: `${directory}:${process.env.PATH}` };
    const { output } = await runShell(parseBuildspec(yaml), directory, environment, aws).done;
    expect(output).toBe("7 <first \\n\n  4>\nthen 7\n");
    expect(await readFile(join(directory, "err"), "utf8")).toBe("\nrefused\n");
    expect(calls.map(([, words]) => words)).toEqual([["s3api", "two  words", "", "it's"], ["again"]]);
    expect(calls.every(([from]) => from.endsWith("/sub"))).toBe(true);
  });

  it("is refused every aws command that is not simulated, as the AWS CLI refuses what it does not know", async () => {
    expect(await runAws(["s3api", "delete-bucket"], directory, {})).toEqual({
      code: 252,
      stdout: "",
      stderr: "\naws s3api delete-bucket: not a command that this build needs; it is not simulated\n",
    });
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
      runAws,
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
