import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { forgetOld } from "../../lib/constructs/forget-old.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "strata-forget-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Entries by the hours since they were last used. */
async function withEntries(hours: readonly number[]): Promise<void> {
  for (const ago of hours) {
    const path = join(directory, `${ago}h`);
    await mkdir(path);
    const at = new Date(Date.now() - ago * 3_600_000);
    await utimes(path, at, at);
  }
}

it("keeps the newest five, however old they are, and removes those before them", async () => {
  await withEntries([10, 20, 30, 40, 50, 60, 70]);
  await forgetOld(directory);
  expect((await readdir(directory)).sort()).toEqual(["10h", "20h", "30h", "40h", "50h"]);
});

it("removes nothing that somebody may still be using, however many there are", async () => {
  await withEntries([0, 0.5, 1, 1.5, 2, 2.5, 2.9, 3.1]);
  await forgetOld(directory);
  expect((await readdir(directory)).sort()).toEqual(["0.5h", "0h", "1.5h", "1h", "2.5h", "2.9h", "2h"]);
});
