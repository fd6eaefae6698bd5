import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const MODULE = new URL("../../lib/cli/end-on-signal.ts", import.meta.url).href;
const STRATA = new URL("../../bin/strata.ts", import.meta.url).pathname;

const program = (left: string): string => `
  import { rmSync } from "node:fs";
  import { clearAtExit, endOnSignal } from ${JSON.stringify(MODULE)};
  endOnSignal();
  clearAtExit(() => rmSync(${JSON.stringify(left)}));
  setInterval(() => process.stdout.write("running\\n"), 5);
`;

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("ends at once on %s, with one line and nothing left", async (signal, expected) => {
  const directory = mkdtempSync(join(tmpdir(), "strata-cli-"));
  const left = join(directory, "left");
  writeFileSync(left, "");
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program(left)]);
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  await once(child.stdout, "data");
  child.kill(signal);
  const [code] = await once(child, "close");
  expect(code).toBe(expected);
  expect(err.trim()).toBe(
    "Interrupted: every process of the run was ended; what was not written yet is not kept.",
  );
  expect(existsSync(left)).toBe(false);
  rmSync(directory, { recursive: true });
});

it("ends without a word when nobody reads its output any more", async () => {
  const directory = mkdtempSync(join(tmpdir(), "strata-cli-"));
  const left = join(directory, "left");
  writeFileSync(left, "");
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program(left)]);
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "close");
  expect([code, err, existsSync(left)]).toEqual([141, "", false]);
  rmSync(directory, { recursive: true });
});

it("ends the program itself with exit code 2 on bad input", async () => {
  const child = spawn(process.execPath, [STRATA, "twin", "deploy", "--layers", "fondation"]);
  const [code] = await once(child, "close");
  expect(code).toBe(2);
});
