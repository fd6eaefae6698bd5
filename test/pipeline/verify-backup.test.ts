import { beforeAll, describe, expect, it } from "vitest";
import { type CheckRecord, checkRecord } from "../../lib/cli/check-record.ts";
import { recoveryTable } from "../../lib/cli/rehearse-recovery-command.ts";
import { makeFirstBackups } from "../../lib/cli/verify-backup-command.ts";
import { AWS_COLLECTIONS, type NotificationRecord } from "../../lib/twin/aws/collections.ts";
import { breaksNamed } from "../../lib/twin/breaks/breaks.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { COLLECTIONS, type RoleRecord } from "../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { BROKEN_BACKUPS } from "./breaks/broken-backups.ts";
import { differences } from "./platform-state.ts";
import { withTwin } from "./run-twin.ts";

/** With every layer deployed, and one backup of each schedule. */
let ground: WorldSnapshot;

beforeAll(async () => {
  ground = await withTwin("everything", async (twin) => {
    await makeFirstBackups(twin);
    return twin.world.save();
  });
});

async function verify(twin: Twin, input: object): Promise<CheckRecord> {
  const run = twin.startMachine("verify-backup", { reason: "test", ...input });
  await twin.finishMachine(run);
  return checkRecord(twin, run, 0);
}

const sandboxes = (twin: Twin): string[] =>
  twin.world
    .collection("kubernetes.objects")
    .keys()
    .filter((key) => key.includes("restore-verify-"));

it("proves a good backup of both kinds, and leaves the platform as it was, byte for byte", async () => {
  await withTwin(ground, async (twin) => {
    const record = await verify(twin, {});
    expect(record.error?.cause).toBeUndefined();
    expect(record).toMatchObject({ status: "SUCCEEDED", proof: { result: "passed" }, notifications: [] });
    expect(record.proof?.summary).toMatch(
      /^daily \(snapshot\): velero-daily-\d+ proven, RPO .* RTO .*; weekly \(files\): velero-weekly-\d+ proven/,
    );
    const asked = new Set(record.findings.map(({ check }) => check));
    for (const check of [
      "backup-complete",
      "backup-holds-volume",
      "restore-whole",
      "canary-whole",
      "rpo-met",
      "rto-met",
      "sandbox-gone",
    ])
      expect(asked).toContain(check);
    expect(differences(ground, twin.world.save())).toEqual([]);
  });
});

describe("a backup that cannot be trusted", () => {
  it.each(Object.entries(BROKEN_BACKUPS))(
    "is rejected, with the reason, and leaves nothing: %s",
    async (name, [schedule, says]) => {
      await withTwin(ground, async (twin) => {
        twin.prepareBreaks(breaksNamed([name]));
        const before = twin.world.save();
        const record = await verify(twin, { schedule });
        expect(record.status).toBe("FAILED");
        expect(record.error?.cause).toMatch(says);
        expect(record.proof).toMatchObject({ result: "failed" });
        expect(record.notifications.map(({ event }) => event)).toEqual(["check-failed"]);
        expect(differences(before, twin.world.save())).toEqual([]);
        expect(sandboxes(twin).length > 0).toBe(name === "sandbox-taken");
      });
    },
  );
});

it("removes the sandbox of an execution that was stopped, and somebody hears of it", async () => {
  await withTwin(ground, async (twin) => {
    const run = twin.startMachine("verify-backup", { schedule: "daily" });
    await twin.clock.runTo(twin.clock.now() + 20_000);
    expect(sandboxes(twin)).not.toEqual([]);
    twin.engine.stopExecution(run.executionArn, "Stopped", "by a person");
    await twin.clock.runTo(twin.clock.now() + 180_000);
    expect(sandboxes(twin)).toEqual([]);
    expect(checkRecord(twin, run, 0).proof).toMatchObject({ result: "failed" });
  });
});

it("tells a person when the janitor cannot look for what was left behind", async () => {
  await withTwin(ground, async (twin) => {
    const { environment } = twin.deployment;
    twin.world
      .collection<RoleRecord>(COLLECTIONS.roles)
      .update(`strata-${environment}-verify-restore`, (role) => ({
        ...role,
        policies: JSON.parse(
          JSON.stringify(role.policies).replaceAll("eks:DescribeCluster", "eks:ListTagsForResource"),
        ),
      }));
    const before = twin.clock.now();
    await twin.passTime(before + 31 * 60_000);
    const [letter] = twin.world.collection<{ body: string }>(AWS_COLLECTIONS.messages).values();
    expect(letter?.body).toContain('"step":"sweep"');
    expect(letter?.body).toMatch(/ConfigurationError.*eks:DescribeCluster/);
    const mails = twin.world
      .collection<NotificationRecord>(COLLECTIONS.notifications)
      .values()
      .filter(({ at }) => at > before);
    expect(mails.map(({ message }) => JSON.parse(message))).toMatchObject([
      { AlarmName: `${environment}: dead letters`, NewStateValue: "ALARM" },
    ]);
  });
});

it("measures what a lost volume and a lost namespace cost, and says what it cannot rehearse", async () => {
  await withTwin(ground, async (twin) => {
    const rehearse = async (scenario: string): Promise<CheckRecord> => {
      const run = twin.startMachine("rehearse-recovery", { scenario });
      await twin.finishMachine(run);
      return checkRecord(twin, run, 0);
    };
    for (const scenario of ["volume", "deletion"]) {
      const record = await rehearse(scenario);
      expect(record.error?.cause).toBeUndefined();
      expect(recoveryTable(record).join("\n")).toMatch(new RegExp(`^${scenario} .*\\d min.*\\d h$`, "m"));
      expect(record.findings.map(({ check }) => check)).toContain("canary-whole");
    }
    const refused = await rehearse("region");
    expect(refused).toMatchObject({ status: "FAILED", error: { name: "ConfigurationError" } });
    expect(sandboxes(twin)).toEqual([]);
  });
});
