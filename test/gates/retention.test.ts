import { describe, expect, it } from "vitest";
import { daysOf } from "../../lib/gates/retention/duration.ts";
import type { RetentionFacts, RetentionRule } from "../../lib/gates/retention/facts.ts";
import { judgeRetention } from "../../lib/gates/retention/judge.ts";
import { answers, FORBIDDEN, GATE, read } from "./samples.ts";

const schedule = (ttl?: string) => ({ metadata: { name: "velero-daily" }, spec: { template: { ttl } } });
const LOCATION = {
  metadata: { name: "default" },
  spec: { objectStorage: { bucket: "b", prefix: "velero" } },
};
const rule = (parts: Partial<RetentionRule> = {}): RetentionRule => ({
  id: "rule",
  prefix: "",
  narrowed: false,
  expirationDays: undefined,
  transitions: [],
  noncurrentDays: undefined,
  ...parts,
});
const NONCURRENT = rule({ id: "noncurrent", noncurrentDays: 30 });
const bucket = (rules: RetentionRule[], versioned = true) => [
  { location: "default", bucket: "b", prefix: "velero", retention: { versioned, rules } },
];
const FACTS: RetentionFacts = {
  schedules: read([schedule("720h0m0s"), schedule("8760h0m0s")]),
  locations: read([LOCATION]),
  buckets: bucket([NONCURRENT]),
};
const judge = (facts: Partial<RetentionFacts>) =>
  answers(judgeRetention({ ...FACTS, ...facts }, { ...GATE, namespace: "velero" }));
const answerOf = (check: string, rules: RetentionRule[], facts: Partial<RetentionFacts> = {}) =>
  judge({ buckets: bucket([...rules, NONCURRENT]), ...facts }).find((each) => each.includes(check));

describe("retention", () => {
  it("passes where only older versions ever go", () => {
    expect(judge({})).toEqual([
      "retention-known: pass",
      "retention-outlives-backups: pass",
      "retention-readable: pass",
      "(retention-bounded: pass)",
    ]);
  });

  it.each<[string, Partial<RetentionFacts>, string]>([
    ["no schedule", { schedules: read([]) }, "pending"],
    ["schedules that may not be read", { schedules: FORBIDDEN }, "unknown"],
    ["locations that may not be read", { locations: FORBIDDEN }, "unknown"],
    ["no bucket", { buckets: [] }, "pending"],
  ])("with %s", (_what, facts, answer) => {
    expect(judge(facts)).toEqual([`retention-known: ${answer}`]);
  });
  it("fails where the bucket is not there", () => {
    const gone = [{ location: "default", bucket: "b", prefix: "", retention: undefined }];
    expect(judge({ buckets: gone })).toEqual(["retention-known: pass", "retention-known: fail"]);
  });

  it.each<[string, Partial<RetentionRule>, string]>([
    ["a day before the longest backup's end", { expirationDays: 364 }, "retention-outlives-backups: fail"],
    [
      "on the very day: both delete, one is first",
      { expirationDays: 365 },
      "retention-outlives-backups: fail",
    ],
    ["a day later, though blocks are shared", { expirationDays: 366 }, "(retention-outlives-backups: fail)"],
    [
      "early, below the backups' prefix",
      { expirationDays: 7, prefix: "velero/kopia/" },
      "retention-outlives-backups: fail",
    ],
    [
      "early, where no backup lies",
      { expirationDays: 7, prefix: "logs/" },
      "retention-outlives-backups: pass",
    ],
    [
      "early, perhaps: only what is tagged",
      { expirationDays: 7, narrowed: true },
      "retention-outlives-backups: fail",
    ],
  ])("of a bucket that deletes %s", (_when, parts, expected) => {
    expect(answerOf("outlives", [rule(parts)])).toBe(expected);
  });

  it("takes a schedule without a time to live for Velero's own thirty days", () => {
    const schedules = read([schedule()]);
    const at = (expirationDays: number) => answerOf("outlives", [rule({ expirationDays })], { schedules });
    expect([at(30), at(31)]).toEqual([
      "retention-outlives-backups: fail",
      "(retention-outlives-backups: fail)",
    ]);
  });

  it.each([
    ["GLACIER", "retention-readable: fail"],
    ["DEEP_ARCHIVE", "retention-readable: fail"],
    ["INTELLIGENT_TIERING", "(retention-readable: unknown)"],
    ["A_NEW_CLASS", "(retention-readable: unknown)"],
    ["GLACIER_IR", "retention-readable: pass"],
    ["STANDARD_IA", "retention-readable: pass"],
  ])("of a bucket that moves backups to %s", (storageClass, expected) => {
    expect(answerOf("readable", [rule({ transitions: [{ storageClass, days: 90 }] })])).toBe(expected);
  });

  it("warns of versions that are kept for ever", () => {
    expect(judge({ buckets: bucket([]) })[3]).toBe("(retention-bounded: fail)");
    expect(judge({ buckets: bucket([rule({ noncurrentDays: 30, narrowed: true })]) })[3]).toBe(
      "(retention-bounded: fail)",
    );
    expect(judge({ buckets: bucket([], false) })[3]).toBe("(retention-bounded: pass)");
  });
});

it.each([
  ["720h0m0s", 30],
  ["36h", 1.5],
  ["1h30m", 1.5 / 24],
  ["30d", undefined],
  ["", undefined],
  [undefined, undefined],
])("reads %j as %s days", (duration, days) => {
  expect(daysOf(duration)).toBe(days);
});
