import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { BREAKS } from "../../../lib/twin/breaks/breaks.ts";
import { BROKEN_BACKUPS } from "./broken-backups.ts";
import { BUILDING, EXPECTATIONS, PROVEN, TOLD, TRIED_ELSEWHERE } from "./expectations.ts";
import { LIES } from "./lies.ts";
import { tryBreaks } from "./try-breaks.ts";

it("every break is tried by a test", async () => {
  const lies = Object.values(LIES).flatMap((each) => Object.keys(each));
  const tried = [
    ...Object.keys(EXPECTATIONS),
    ...Object.keys(TRIED_ELSEWHERE),
    ...Object.keys(TOLD),
    ...Object.keys(PROVEN),
    ...Object.keys(BROKEN_BACKUPS),
    ...lies,
  ];
  expect(tried.sort()).toEqual(BREAKS.map(({ name }) => name).sort());
  for (const [name, file] of Object.entries(TRIED_ELSEWHERE))
    expect(await readFile(new URL(`../${file}`, import.meta.url), "utf8")).toContain(`"${name}"`);
});

tryBreaks(BUILDING);
