import { describe, expect, it } from "vitest";
import type { Outcome } from "../../lib/backups/events.ts";
import { rowsOf } from "../../lib/recovery/conclude.ts";

const execution = { arn: "arn:execution", name: "rehearsal", startedAt: "2026-11-24T10:00:00Z" };
const outcome = (readyAt: string): Outcome => ({
  target: {
    name: "daily",
    path: "snapshot",
    backup: { name: "velero-daily-1", startedAt: "2026-11-24T04:00:00Z", bucket: "backups" },
    rpoHours: 26,
    rtoMinutes: 30,
    namespace: "backup-canary",
    sandbox: "restore-verify-daily-1",
  },
  measured: {
    restoreStartedAt: "2026-11-24T10:22:00Z",
    restoreCompletedAt: "2026-11-24T10:23:00Z",
    readyAt,
    canaryWrittenAt: "2026-11-24T03:59:00Z",
    canarySha256: "",
    // From the verification's own beginning: 22 minutes more than from the rehearsal's.
    rpoSeconds: 22_920,
    restoreSeconds: 60,
    rtoSeconds: 90,
  },
});
const rowOf = (scenario: "volume" | "cluster" | "region", readyAt: string) =>
  rowsOf({ scenario, outcomes: [outcome(readyAt)], execution }).find((row) => row.scenario === scenario);

describe("what a disaster costs", () => {
  it("counts from the restore where the cluster lives", () => {
    expect(rowOf("volume", "2026-11-24T10:23:30Z")).toMatchObject({
      rtoMinutes: 1.5,
      buildMinutes: 0,
      rpoHours: 6.4,
      kept: true,
    });
  });

  it("counts from the disaster where a cluster must be built first, and so does the data that is lost", () => {
    expect(rowOf("cluster", "2026-11-24T10:23:30Z")).toMatchObject({
      rtoMinutes: 23.5,
      buildMinutes: 22,
      rpoHours: 6,
    });
  });

  it.each([
    ["cluster", "2026-11-24T10:30:00Z", true],
    ["cluster", "2026-11-24T10:30:06Z", false],
    ["region", "2026-11-24T11:00:00Z", true],
    ["region", "2026-11-24T11:00:06Z", false],
  ] as const)("is late when it ends after the promise's upper end: %s at %s", (scenario, readyAt, kept) => {
    expect(rowOf(scenario, readyAt)?.kept).toBe(kept);
  });

  it("measures the scenario that was rehearsed, and no other", () => {
    const rows = rowsOf({ scenario: "cluster", outcomes: [outcome("2026-11-24T10:23:30Z")], execution });
    expect(rows.filter(({ rtoMinutes }) => rtoMinutes !== undefined).map(({ scenario }) => scenario)).toEqual(
      ["cluster"],
    );
    const failed = rowsOf({ scenario: "cluster", outcomes: [], execution });
    expect(failed.every(({ rtoMinutes }) => rtoMinutes === undefined)).toBe(true);
  });
});
