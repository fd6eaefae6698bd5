import { expect, it } from "vitest";
import { InvalidInputError } from "../../lib/run/errors.ts";
import { type Removal, refuseWithoutFinalBackup } from "../../lib/run/final-backup.ts";
import type { Proof } from "../../lib/run/proof.ts";

const NOW = new Date("2026-11-24T12:00:00.000Z");
const provenAt = (endedAt: string): Proof => ({
  proof: "verify-backup",
  executionArn: "arn:x",
  startedAt: endedAt,
  endedAt,
  result: "passed",
  summary: "whole",
  evidenceKey: "checks/verify-backup/x/proof.json",
});
const removal: Removal = {
  stateful: ["resilience"],
  hasBackups: true,
  lastProven: undefined,
  without: undefined,
};
const judge = (change: Partial<Removal>) => () =>
  refuseWithoutFinalBackup({ ...removal, ...change }, "prod", NOW);

it.each<[string, Partial<Removal>]>([
  ["a backup was proven a day ago", { lastProven: provenAt("2026-11-23T12:00:00.000Z") }],
  ["no layer of the run keeps data", { stateful: [] }],
  ["nothing makes backups", { hasBackups: false }],
  ["the input says why it goes without", { without: "only a trial" }],
])("lets a destroy begin where %s", (_, change) => {
  expect(judge(change)).not.toThrow();
});

it.each<[string, Partial<Removal>, RegExp]>([
  [
    "was ever proven",
    {},
    /Removing resilience loses data.*none was ever.*start prod-verify-backup.*withoutFinalBackup/,
  ],
  [
    "was proven for more than a day",
    { lastProven: provenAt("2026-11-23T11:59:59.000Z") },
    /the last one was 24 h ago/,
  ],
])("refuses one where no backup %s, and says what to do", (_, change, words) => {
  expect(judge(change)).toThrow(InvalidInputError);
  expect(judge(change)).toThrow(words);
});
