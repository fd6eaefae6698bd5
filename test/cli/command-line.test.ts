import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../lib/cli/program.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-cli-"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true, force: true });
});

async function strata(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said.err += String(text);
    return true;
  });
  const code = await main(words);
  vi.restoreAllMocks();
  return { code, ...said };
}

const file = (name: string, content = ""): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

describe("evidence verify", () => {
  it("says what cannot be read, and what is no evidence, without a trace of success", async () => {
    const missing = await strata("evidence", "verify", join(directory, "no.json"), "--key", "x.pem");
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("the evidence cannot be read") });
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const key = file("key.pem", publicKey.export({ format: "pem", type: "spki" }).toString());
    file("run.json.sig", "c2lnbmF0dXJl");
    const wrong = await strata("evidence", "verify", file("run.json", "{}"), "--key", key);
    expect(wrong).toMatchObject({
      code: 1,
      out: expect.stringContaining("the file is no evidence of a run"),
    });
    expect(wrong.out).not.toContain("verified: this");
  });
});

describe("words that cannot be meant", () => {
  it.each<[string[], string]>([
    [["bogus"], "The commands are: twin deploy, twin plan, twin destroy, "],
    [["twin", "deplyo"], "Did you mean deploy?"],
    [["twin", "deploy", "extra"], "too many arguments"],
    [["twin", "deploy", "--wrld", "x"], "Did you mean --world?"],
    [["twin", "deploy", "--layers", "fondation"], 'no layer "fondation"; did you mean "foundation"?'],
    [["twin", "deploy", "--layers", "bananas"], 'no layer "bananas". The layers are foundation,'],
    [["twin", "deploy", "--layers", " , "], "name at least one of foundation,"],
    [["twin", "deploy", "--break", "cert-not"], 'did you mean "certificate-not-issued"?'],
    [["twin", "deploy", "--break", "x"], "`npm run strata -- twin breaks` lists them"],
    [["twin", "deploy", "--reason", " "], "--reason: say why"],
    [["twin", "deploy", "--approval", "sometimes"], "always, on-change, on-destroy, never"],
    [["twin", "deploy", "--set", "edge"], '"edge" is not <key>=<value>'],
    [["twin", "deploy", "--latency", "0"], '"0" is not a number above 0'],
    [["twin", "deploy", "--latency", ""], "is not a number above 0"],
    [["twin", "deploy", "--latency", "Infinity"], "is not a number above 0"],
    [["twin", "kubernetes"], "required option '--world <file>' not specified"],
    [["twin", "kubernetes", "--world", "w", "--port", "http"], '"http" is not a port'],
    [["twin", "kubernetes", "--world", "w", "--port", "65536"], '"65536" is not a port'],
    [["twin", "kubernetes", "--world", "w", "--speed", "0"], '"0" is not a number above 0'],
    [["twin", "kubernetes", "--world", "w", "--speed", "10001"], "up to 10000"],
    [["twin", "deploy", "--input", '{"a'], "--input is not JSON"],
    [["twin", "deploy", "--input", '{"operation":"destroy"}'], 'use "twin destroy"'],
    [["twin", "deploy", "--input", "{}", "--layers", "app"], "cannot be used with option '--layers"],
  ])("rejects %j", async (words, message) => {
    const { code, out, err } = await strata(...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain("Nothing was started.");
    expect(err).not.toContain("    at ");
    expect(out).toBe("");
  });

  it("shows the commands, with examples, when none is given", async () => {
    const { code, err } = await strata();
    expect(code).toBe(2);
    expect(err).toContain("Examples:");
  });

  it.each([[[]], [["twin"]], [["twin", "deploy"]], [["twin", "destroy"]], [["docs"]], [["bench"]]])(
    "explains %j with examples",
    async (words) => {
      const { code, out } = await strata(...words, "--help");
      expect(code).toBe(0);
      expect(out).toContain("Examples:");
    },
  );
});

describe("places that cannot be written", () => {
  it.each<[string, () => string, string]>([
    ["--json", () => join(directory, "no", "run.json"), "does not exist"],
    ["--world", () => join(directory, "no", "w.json"), "does not exist"],
    ["--artifacts", () => join(directory, "no", "run"), "does not exist"],
    ["--json", () => directory, "is a directory"],
    ["--world", () => directory, "is a directory"],
    ["--artifacts", () => file("run"), "is a file"],
    ["--json", () => join(file("run"), "run.json"), "is not a directory"],
    ["--json", () => "/dev/null", "is a device"],
  ])("rejects %s for an unfit place (%#)", async (option, place, message) => {
    const path = place();
    const before = readdirSync(directory);
    const { code, err } = await strata("twin", "deploy", option, path);
    expect(code).toBe(2);
    expect(err).toContain(`error: ${option} ${path}`);
    expect(err).toContain(message);
    expect(readdirSync(directory)).toEqual(before);
  });

  it("rejects two options that name one file", async () => {
    const path = join(directory, "w.json");
    const { code, err } = await strata("twin", "deploy", "--world", path, "--json", path);
    expect([code, err]).toEqual([2, `error: --world and --json both name ${path}. Nothing was started.\n`]);
  });
});

describe("world files", () => {
  const world = { now: 0, seed: 1, drawn: 0, collections: {}, pending: [] };
  it.each<[string, string, string]>([
    ["empty", "", "it is empty"],
    ["no JSON", "{", "it is not JSON"],
    ["a list", "[]", 'it has no "format"'],
    ["something else", '{"a":1}', 'it has no "format"'],
    ["newer", '{"format":"strata-world/2"}', "a newer one has saved it"],
    [
      "broken",
      JSON.stringify({ format: "strata-world/1", world: { ...world, now: "noon" } }),
      "world.now: Invalid input: expected number",
    ],
  ])("rejects one that is %s, and leaves it as it is", async (_, content, message) => {
    const path = file("w.json", content);
    const { code, err } = await strata("twin", "deploy", "--world", path);
    expect(code).toBe(2);
    expect(err).toContain(`--world ${path} is not a world that this version can load: `);
    expect(err).toContain(message);
    expect(readFileSync(path, "utf8")).toBe(content);
    expect(readdirSync(directory)).toEqual(["w.json"]);
  });
});
