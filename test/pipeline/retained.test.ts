import { beforeAll, describe, expect, it } from "vitest";
import { checkRecord } from "../../lib/cli/check-record.ts";
import { runRecord } from "../../lib/cli/run-record.ts";
import { makeFirstBackups } from "../../lib/cli/verify-backup-command.ts";
import { closingTable } from "../../lib/report/closing-table.ts";
import { tamper } from "../../lib/twin/tamper/tamper.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { COLLECTIONS } from "../../lib/twin/world/records.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { closingMails, keysOf, resultsOf } from "./run-facts.ts";
import { withTwin } from "./run-twin.ts";
import { type Ended, everyLayer, runIn } from "./whole-runs.ts";

/** With resilience deployed, and one backup of each schedule in its bucket. */
let backedUp: WorldSnapshot;
let deployed: Ended;
let destroyed: Ended;

beforeAll(async () => {
  backedUp = await withTwin("platform-step02", async (twin) => {
    deployed = await runIn(twin, "deploy", ["resilience"]);
    expect(deployed.record.status, deployed.record.error?.cause).toBe("SUCCEEDED");
    await makeFirstBackups(twin);
    return twin.world.save();
  });
  destroyed = await withTwin(backedUp, (twin) => runIn(twin, "destroy"));
});

const BUCKET = /^prod-backups-/;
const backupsIn = (world: WorldSnapshot): string[] =>
  keysOf(world, COLLECTIONS.objects).filter((key) => key.includes("prod-backups-"));
const kept = ({ record }: Ended, name: string): string[] =>
  (record.layers.find((layer) => layer.name === name)?.retained?.resources ?? []).map(
    ({ address }) => address,
  );
/** Of the last run of a twin. */
async function destroy(twin: Twin, input: object) {
  const run = twin.start("destroy", { operation: "destroy", reason: "test", ...input });
  await twin.finish(run);
  return { record: runRecord(twin, run, 0), closing: closingMails(twin, run), after: twin.world.save() };
}

describe("a destroy while there are backups", () => {
  it("succeeds, and leaves bucket, vault and keys with every object in them", () => {
    expect(destroyed.record.status, destroyed.record.error?.cause).toBe("SUCCEEDED");
    expect(resultsOf(destroyed.record)).toEqual(everyLayer("destroyed"));
    expect(backupsIn(destroyed.after).length).toBeGreaterThan(10);
    expect(backupsIn(destroyed.after)).toEqual(backupsIn(backedUp));
    const left = keysOf(destroyed.after, COLLECTIONS.resources);
    expect(
      left
        .filter((key) => /^aws_(s3_bucket|kms_key|backup_vault)\//.test(key))
        .map((key) => key.split("/")[0]),
    ).toEqual(["aws_backup_vault", "aws_kms_key", "aws_kms_key", "aws_s3_bucket"]);
    // What keeps the bucket private, encrypted and within bounds has not gone before it.
    expect(left.filter((key) => key.startsWith("aws_s3_bucket_"))).toHaveLength(6);
  });

  it("lists it as retained in its record, its table and its mail, and calls nothing left behind", () => {
    expect(kept(destroyed, "resilience")).toEqual(
      expect.arrayContaining([
        'aws_backup_vault.this["primary"]',
        'aws_kms_key.backups["primary"]',
        'aws_s3_bucket.backups["primary"]',
      ]),
    );
    expect(kept(destroyed, "foundation")).toEqual(["aws_kms_alias.this", "aws_kms_key.this"]);
    const left = keysOf(destroyed.after, COLLECTIONS.resources);
    expect(kept(destroyed, "resilience").length + 2).toBe(left.length);
    const table = closingTable(destroyed.record).join("\n");
    expect(table).toMatch(
      /aws_s3_bucket\.backups\["primary"\] \(arn:aws:s3:::prod-backups-\S+\) – resilience: the backups/,
    );
    expect(table).not.toContain("left behind");
    expect(destroyed.record.findings?.map(({ check, status }) => [check, status])).toEqual([
      ["nothing-left-behind", "pass"],
    ]);
    expect(destroyed.closing[0]?.text).toMatch(
      /^- aws_s3_bucket\.backups\["primary"\] \(arn:aws:s3:::prod-backups-/m,
    );
  });
});

describe("afterwards", () => {
  it("a deploy goes on with what was retained, and the old backups restore in the new cluster", async () => {
    await withTwin(destroyed.after, async (twin) => {
      const again = await runIn(twin, "deploy", ["resilience"]);
      expect(again.record.status, again.record.error?.cause).toBe("SUCCEEDED");
      const plan = again.record.layers.find(({ name }) => name === "resilience")?.plan;
      const first = deployed.record.layers.find(({ name }) => name === "resilience")?.plan;
      expect(plan).toEqual({
        ...first,
        add: (first?.add ?? 0) - kept(destroyed, "resilience").length,
      });
      expect(backupsIn(again.after)).toEqual(expect.arrayContaining(backupsIn(backedUp)));
      // The new cluster has made no backup: what it restores was made in the one that is gone.
      await twin.clock.runTo(twin.clock.now() + 120_000);
      const run = twin.startMachine("verify-backup", { reason: "test" });
      await twin.finishMachine(run);
      const { status, error, proof } = checkRecord(twin, run, 0);
      expect(error?.cause).toBeUndefined();
      expect(status).toBe("SUCCEEDED");
      expect(proof?.summary).toMatch(/daily .* proven.*weekly .* proven/);
    });
  });

  it("a second destroy takes nothing, and lists the same", async () => {
    await withTwin(destroyed.after, async (twin) => {
      tamper(twin.world, { environment: "prod", accountId: "111122223333", region: "eu-central-1" }, [
        "added",
      ]);
      const { record, closing, after } = await destroy(twin, {});
      expect(record.status, record.error?.cause).toBe("SUCCEEDED");
      // What somebody made with our tags meanwhile is in no state: it is told of, and stays.
      const queue = "arn:aws:sqs:eu-central-1:111122223333:prod-by-hand";
      expect(record.findings?.map(({ status, subject }) => [status, subject])).toEqual([["fail", queue]]);
      expect(closingTable(record).join("\n")).toMatch(/left behind:\n.*nothing-left-behind.*prod-by-hand/);
      expect(closing[0]?.text).toContain(`- ${queue} was left behind`);
      for (const { name, plan } of record.layers)
        expect(plan, name).toEqual({ add: 0, change: 0, replace: 0, destroy: 0 });
      expect(record.layers.map(({ retained }) => retained)).toEqual(
        destroyed.record.layers.map(({ retained }) => retained),
      );
      expect(keysOf(after, COLLECTIONS.resources).filter((key) => !key.includes("prod-by-hand"))).toEqual(
        keysOf(destroyed.after, COLLECTIONS.resources),
      );
    });
  });

  it("a run that names the bucket takes it with its key, once somebody has emptied it", async () => {
    const allowDestroy = ["aws_s3_bucket.backups", "aws_kms_key.backups", "aws_backup_vault.this"];
    await withTwin(destroyed.after, async (twin) => {
      const refused = await destroy(twin, { allowDestroy });
      expect(refused.record.status).toBe("FAILED");
      expect(refused.record.error?.cause).toContain("BucketNotEmpty");
      const objects = twin.world.collection(COLLECTIONS.objects);
      for (const key of objects.keys()) if (key.includes("prod-backups-")) objects.delete(key);
      const { record, after } = await destroy(twin, { allowDestroy });
      expect(record.status, record.error?.cause).toBe("SUCCEEDED");
      expect(keysOf(after, COLLECTIONS.buckets).filter((name) => BUCKET.test(name))).toEqual([]);
      expect(
        keysOf(after, COLLECTIONS.resources).filter((key) => /backup_vault|s3_bucket/.test(key)),
      ).toEqual([]);
    });
  });
});
