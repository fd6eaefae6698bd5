import { describe, expect, it } from "vitest";
import type { ConclusionPorts } from "../../lib/backups/conclude.ts";
import type { Outcome } from "../../lib/backups/events.ts";
import { concludeRehearsal, rowsOf } from "../../lib/recovery/conclude.ts";
import type { Notification } from "../../lib/run/ports.ts";
import type { Proof } from "../../lib/run/proof.ts";

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

describe("the proof of a rehearsal", () => {
  /** Concludes one after the other; what was told, and the last proof of each disaster. */
  function rehearsals() {
    const last = new Map<string, Proof>();
    const told: Notification[] = [];
    const ports = {
      environment: "prod",
      actionTopicArn: "arn:topic",
      artefactBucket: "artefacts",
      objects: { writeJson: async () => {}, read: () => Promise.reject(new Error("none")) },
      proofs: {
        create: async () => true,
        saveLast: async (proof: Proof) => void last.set(proof.scenario ?? "", proof),
        last: async (_name: string, scenario = "") => last.get(scenario),
        claimNotification: async () => "claimed",
        markNotificationSent: async () => {},
      },
      notifier: {
        publish: async (_topic: string, notification: Notification) => void told.push(notification),
      },
    } as unknown as ConclusionPorts;
    const conclude = (scenario: "volume" | "region", isProven: boolean) =>
      concludeRehearsal(
        {
          execution,
          scenario,
          outcomes: isProven ? [outcome("2026-11-24T10:23:30Z")] : [],
          error: isProven ? undefined : { name: "States.TaskFailed", cause: "no copy" },
        },
        ports,
        new Date("2026-11-24T11:00:00Z"),
      );
    return { conclude, last, told };
  }

  it("counts for its disaster when it passed: whoever rehearses in time is not overdue", async () => {
    const { conclude, last, told } = rehearsals();
    await expect(conclude("volume", true)).resolves.toEqual({ proven: true });
    expect(last.get("volume")).toMatchObject({ result: "passed", scenario: "volume" });
    expect(last.get("volume")?.partial).toBeUndefined();
    expect(told).toEqual([]);
  });

  it("does not make news of a disaster that nothing has changed about, whatever became of another", async () => {
    const { conclude, told } = rehearsals();
    for (const [scenario, isProven] of [
      ["region", false],
      ["volume", true],
      ["region", false],
      ["region", true],
    ] as const)
      await conclude(scenario, isProven);
    expect(told.map(({ event }) => event)).toEqual(["check-failed", "check-recovered"]);
  });
});
