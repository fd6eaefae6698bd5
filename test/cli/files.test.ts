import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openBuildDirectory } from "../../lib/cli/build-directory.ts";
import { readCdkJson } from "../../lib/cli/cdk-json.ts";
import { keptLines } from "../../lib/cli/kept-files.ts";
import { writeFiles, writeWhole } from "../../lib/cli/output-files.ts";
import { pinnedTerraform, terraformDirectory } from "../../lib/cli/terraform-binary.ts";
import { UsageError } from "../../lib/cli/usage-error.ts";
import { loadWorld, saveWorld } from "../../lib/cli/world-file.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-cli-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(directory, { recursive: true, force: true });
});

it("loads the world that it saved, and none where there is no file", () => {
  const path = join(directory, "w.json");
  const world = {
    now: 5,
    seed: 1,
    drawn: 3,
    collections: { things: { a: { b: [1, null, "x"] } } },
    pending: [{ at: 9, topic: "t", data: {} }],
  };
  expect(loadWorld(path)).toBeUndefined();
  saveWorld(path, world);
  expect(loadWorld(path)).toEqual(world);
  expect(readdirSync(directory)).toEqual(["w.json"]);
});

it("keeps the old file when the new one cannot be put in its place", () => {
  mkdirSync(join(directory, "taken", "x"), { recursive: true });
  expect(() => writeWhole(join(directory, "taken"), "new")).toThrow(UsageError);
  expect(readdirSync(directory)).toEqual(["taken"]);
});

it("makes the directories of what it writes", () => {
  writeFiles(directory, new Map([["app/gates/dns.json", "[]"]]));
  expect(readFileSync(join(directory, "app", "gates", "dns.json"), "utf8")).toBe("[]");
});

it("removes build directories of processes that are no more, and no others", () => {
  const gone = Number(execFileSync(process.execPath, ["-p", "process.pid"]).toString());
  for (const name of [gone, process.ppid, "somebody's"])
    mkdirSync(join(directory, String(name), "build-1"), { recursive: true });
  const { directory: own, remove } = openBuildDirectory(directory);
  mkdirSync(own);
  expect(readdirSync(directory).sort()).toEqual(
    [String(process.pid), String(process.ppid), "somebody's"].sort(),
  );
  remove();
  expect(existsSync(own)).toBe(false);
});

it("rejects a cdk.json that is missing or no JSON", async () => {
  expect(() => readCdkJson(directory)).toThrow(/cdk\.json cannot be read: ENOENT/);
  writeFileSync(join(directory, "cdk.json"), "{");
  expect(() => readCdkJson(directory)).toThrow(/cdk\.json is not JSON/);
  await expect(pinnedTerraform(directory)).rejects.toThrow(UsageError);
});

const KEY = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
const pinned = { version: "9.9.9", sha256: { [KEY]: "0".repeat(64) } };

function fakeTerraform(version: string): string {
  const bin = join(directory, `bin-${version}`);
  mkdirSync(bin);
  writeFileSync(join(bin, "terraform"), `#!/bin/sh\necho "Terraform v${version}"\n`, { mode: 0o755 });
  return bin;
}

it("takes the first terraform of the pinned version on the PATH", async () => {
  const [old, right] = [fakeTerraform("1.5.7"), fakeTerraform("9.9.9")];
  vi.stubEnv("PATH", `${old}:${right}:/usr/bin:/bin`);
  expect(await terraformDirectory(pinned, join(directory, "cache"))).toBe(right);
});

it("rejects another terraform, and says how to install the pinned one when it cannot be fetched", async () => {
  const old = fakeTerraform("1.5.7");
  vi.stubEnv("PATH", `${old}:/usr/bin:/bin`);
  vi.stubGlobal("fetch", () =>
    Promise.reject(
      new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) }),
    ),
  );
  const error: Error = await terraformDirectory(pinned, join(directory, "cache")).catch((reason) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain(`terraform 9.9.9, and ${old}/terraform is 1.5.7`);
  expect(error.message).toContain("fetch failed (ENOTFOUND)");
  expect(error.message).toMatch(
    /unpack https:\/\/releases\.hashicorp\.com\/terraform\/9\.9\.9\/\S+\.zip into/,
  );
});

it("rejects a fetched terraform whose checksum is not the pinned one", async () => {
  vi.stubEnv("PATH", "/nowhere");
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("not it")));
  await expect(terraformDirectory(pinned, join(directory, "cache"))).rejects.toThrow(
    /has sha256 .* It was not used/,
  );
  expect(existsSync(join(directory, "cache"))).toBe(false);
});

it("tells where what was kept lies, and nothing of a world that was only passed on", () => {
  expect(keptLines({ world: "w.json", json: "r.json" })).toEqual([
    "  world      w.json",
    "  record     r.json",
  ]);
  const nothing = ["Nothing was kept; --world, --json and --artifacts keep things."];
  expect(keptLines({ world: "w.json", passing: true })).toEqual(nothing);
  expect(keptLines({})).toEqual(nothing);
});
