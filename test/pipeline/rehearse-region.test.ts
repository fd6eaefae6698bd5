import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import type { Setting } from "../../lib/cli/arguments.ts";
import { assembly } from "../../lib/cli/assembly.ts";
import { checkRecord } from "../../lib/cli/check-record.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { recoveryTable } from "../../lib/cli/rehearse-recovery-command.ts";
import { scratchPlace } from "../../lib/cli/scratch-place.ts";
import { makeBackups } from "../../lib/cli/verify-backup-command.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import type { WorldSnapshot } from "../../lib/twin/world/world.ts";
import { differences } from "./platform-state.ts";
import { runToEnd, withTwin } from "./run-twin.ts";

const SCRATCH = "drill-region";
const REGION = "eu-west-1";
const REPLICA: Setting = { path: ["layers", "resilience", "recovery_region"], value: REGION };

/** With resilience deployed, its backups copied to the second region, and one of each schedule there. */
let ground: WorldSnapshot;
/** Of the app with the scratch environment in the second region. */
let synthesized: string;

const synthesize = (...settings: readonly Setting[]): Promise<string> =>
  assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY), [REPLICA, ...settings]);

beforeAll(async () => {
  const deployed = await withTwin(
    "platform-step02",
    async (twin) => {
      const { record, snapshot } = await runToEnd(twin, { operation: "deploy", layers: ["resilience"] });
      expect(record.status, record.error?.cause).toBe("SUCCEEDED");
      return snapshot;
    },
    { assembly: await synthesize() },
  );
  synthesized = await synthesize(...(scratchPlace("region", deployed)?.settings ?? []));
  const bucket = scratchPlace("region", deployed)?.bucket ?? "";
  expect(bucket).toBe(`prod-backups-111122223333-${REGION}`);
  ground = await inRegion(deployed, async (twin) => {
    await makeBackups(twin, "prod", () => false);
    const copied = keysOf(twin, "s3.objects").filter((key) =>
      key.startsWith(`${bucket}/backups/velero-weekly-`),
    );
    expect(copied.some((key) => key.endsWith("/velero-backup.json"))).toBe(true);
    return twin.world.save();
  });
});

const inRegion = <T>(world: WorldSnapshot, use: (twin: Twin) => Promise<T>): Promise<T> =>
  withTwin(world, use, { assembly: synthesized, environment: SCRATCH });
const keysOf = (twin: Twin, collection: string): string[] => twin.world.collection(collection).keys();

/** What of the scratch environment, or anything in its region, is there beside control planes and the copy. */
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
      .filter((key) => !/^iam\.roles: strata-|^s3\.buckets: drill-region-(state|artefacts)-/.test(key)),
  );
}

it("measures what a lost region costs out of the copy alone, removes all of it, and leaves the platform as it was", async () => {
  await inRegion(ground, async (twin) => {
    const before = twin.world.save();
    const run = twin.startMachine("rehearse-recovery", { scenario: "region" });
    await twin.clock.runTo(twin.clock.now() + 8 * 60_000);
    expect(builtIn(twin)).toContain(`eks.clusters: ${SCRATCH}`);
    await twin.finishMachine(run);
    const record = checkRecord(twin, run, 0);
    expect(record.error?.cause).toBeUndefined();
    expect(record).toMatchObject({ status: "SUCCEEDED", proof: { result: "passed" }, notifications: [] });
    expect(run.executionArn).toContain(`:${REGION}:`);
    expect(recoveryTable(record).join("\n")).toMatch(/^region .* 30–60 min +\d+(\.\d)? min +[\d.]+ h$/m);
    const asked = record.findings.filter(({ status }) => status === "pass").map(({ check }) => check);
    for (const check of ["canary-whole", "rpo-met", "rto-met"]) expect(asked).toContain(check);
    expect(differences(before, twin.world.save())).toEqual([]);
    expect(builtIn(twin)).toEqual([]);
  });
});

it("has failed where the copy cannot be read, and removes what it had built all the same", async () => {
  await inRegion(ground, async (twin) => {
    const objects = twin.world.collection("s3.objects");
    for (const key of objects.keys())
      if (key.startsWith(`prod-backups-111122223333-${REGION}/backups/`)) objects.delete(key);
    const before = twin.world.save();
    const run = twin.startMachine("rehearse-recovery", { scenario: "region" });
    await twin.finishMachine(run);
    const record = checkRecord(twin, run, 0);
    expect(record).toMatchObject({ status: "FAILED", proof: { result: "failed" } });
    expect(record.notifications.map(({ event }) => event)).toEqual(["check-failed"]);
    expect(builtIn(twin)).toEqual([]);
    expect(differences(before, twin.world.save())).toEqual([]);
  });
});
