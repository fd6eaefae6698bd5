import { join } from "node:path";
import { beforeAll, expect, inject, it } from "vitest";
import { assembly } from "../../lib/cli/assembly.ts";
import { type CheckRecord, checkRecord } from "../../lib/cli/check-record.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { recoveryTable } from "../../lib/cli/rehearse-recovery-command.ts";
import { scratchPlace } from "../../lib/cli/scratch-place.ts";
import { makeFirstBackups } from "../../lib/cli/verify-backup-command.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { groundAfter } from "./ground.ts";
import { differences } from "./platform-state.ts";
import { withTwin } from "./run-twin.ts";

const SCRATCH = "drill-cluster";
const MINUTE = 60_000;

let ground: WorldSnapshot;
/** Of the app with the scratch environment that the command line would configure for this world. */
let synthesized: string;

beforeAll(async () => {
  ground = await groundAfter("resilience", inject("ground"));
  const settings = scratchPlace("cluster", ground)?.settings;
  synthesized = await assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY), settings);
});

/** What of the scratch environment is in the world, beside what its control plane is. */
function builtIn(twin: Twin): string[] {
  const { collections } = twin.world.save();
  return [
    "aws.resources",
    "eks.clusters",
    "eks.nodegroups",
    "elb.load-balancers",
    "kubernetes.objects",
    "ec2.volumes",
    "iam.roles",
    "s3.buckets",
  ].flatMap((name) =>
    Object.entries(collections[name] ?? {})
      .filter(([key, record]) => `${key} ${JSON.stringify(record)}`.includes(SCRATCH))
      .map(([key]) => `${name}: ${key}`)
      .filter((key) => !/^iam.roles: strata-|^s3.buckets: drill-cluster-(state|artefacts)-/.test(key))
      .filter((key) => !/^iam.roles: strata-prod-/.test(key)),
  );
}

it("measures what a lost cluster costs, restores read only, and leaves the platform as it was", async () => {
  await withTwin(
    ground,
    async (twin) => {
      await makeFirstBackups(twin);
      const before = twin.world.save();
      const run = twin.startMachine("rehearse-recovery", { scenario: "cluster" });
      await twin.finishMachine(run);
      const record: CheckRecord = checkRecord(twin, run, 0);
      expect(record.error?.cause).toBeUndefined();
      expect(record).toMatchObject({ status: "SUCCEEDED", proof: { result: "passed" }, notifications: [] });
      const [row = {}] = (record.evidence.rows as { scenario: string }[]).filter(
        ({ scenario }) => scenario === "cluster",
      );
      const { rtoMinutes, buildMinutes } = row as { rtoMinutes: number; buildMinutes: number };
      // The rehearsal goes on after that, until everything is removed again.
      expect(rtoMinutes).toBeLessThan(record.seconds / 60 - 5);
      expect(buildMinutes).toBeGreaterThan(15);
      expect(buildMinutes).toBeLessThan(rtoMinutes);
      expect(recoveryTable(record).join("\n")).toMatch(/^cluster .* 15–30 min +\d+(\.\d)? min.* h$/m);
      const asked = record.findings.filter(({ status }) => status === "pass").map(({ check }) => check);
      for (const check of ["canary-whole", "rpo-met", "rto-met"]) expect(asked).toContain(check);
      expect(differences(before, twin.world.save())).toEqual([]);
      expect(builtIn(twin)).toEqual([]);
      const kept = twin.world.collection("dynamodb.items").keys();
      for (const name of ["rehearse-recovery", "rehearse-recovery#cluster"])
        expect(kept.some((key) => key.includes(`proof-passed#${name}"`))).toBe(true);
    },
    { assembly: synthesized },
  );
});

it("removes what a rehearsal had built when it was stopped, once the apply in flight has ended", async () => {
  await withTwin(
    ground,
    async (twin) => {
      await makeFirstBackups(twin);
      const before = twin.world.save();
      const run = twin.startMachine("rehearse-recovery", { scenario: "cluster" });
      await twin.clock.runTo(twin.clock.now() + 5 * MINUTE);
      expect(builtIn(twin)).toContain(`eks.clusters: ${SCRATCH}`);
      twin.engine.stopExecution(run.executionArn, "Stopped", "by a person");
      await twin.clock.runTo(twin.clock.now() + 60 * MINUTE);
      expect(builtIn(twin)).toEqual([]);
      expect(differences(before, twin.world.save())).toEqual([]);
      expect(checkRecord(twin, run, 0).proof).toMatchObject({ result: "failed" });
    },
    { assembly: synthesized },
  );
});
