import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeIn, tableBelow } from "./markdown-tables.ts";

const TWIN = "lib/twin";
const readme = readFileSync(join(TWIN, "README.md"), "utf8");
const sources = readdirSync(TWIN, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("breaks/"))
  .map((file) => readFileSync(join(TWIN, file), "utf8"))
  .join("\n");

it("lists the parts that there are, each one", () => {
  const named = tableBelow(readme, "Parts").flatMap(({ part }) => codeIn(part).slice(0, 1));
  expect(named.filter((part) => !existsSync(join(TWIN, part)))).toEqual([]);
  const folders = readdirSync(TWIN, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(
    folders.filter(({ name }) => !named.some((part) => part.startsWith(`${name}/`))).map(({ name }) => name),
  ).toEqual([]);
});

it("lists the faults that the world honours, each one", () => {
  const asked = [
    ...sources.matchAll(/strikes\(\s*[\w.#]+,\s*"([a-z0-9-]+)"/g),
    ...sources.matchAll(/(?:fault\.kind|\{ kind \}\) => kind) === "([a-z0-9-]+)"/g),
  ].map(([, kind]) => kind ?? "");
  const named = tableBelow(readme, "Breaks").flatMap(({ kind }) => codeIn(kind));
  expect(named.sort()).toEqual([...new Set(asked)].sort());
});

it("links only to what is there", () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => target ?? "");
  expect(targets.length).toBeGreaterThan(3);
  expect(targets.filter((target) => !existsSync(join(TWIN, target)))).toEqual([]);
});

it("names only files of the twin that are there", () => {
  const files = [...readme.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file ?? "");
  expect(files.length).toBeGreaterThan(5);
  const missing = files.filter((file) => ![TWIN, "."].some((base) => existsSync(join(base, file))));
  expect(missing).toEqual([]);
});
