import { join } from "node:path";
import { expect, it } from "vitest";
import { assembly } from "../../lib/cli/assembly.ts";
import { type CheckRecord, checkRecord } from "../../lib/cli/check-record.ts";
import { PROJECT_ROOT, WORK_DIRECTORY } from "../../lib/cli/places.ts";
import { runRecord } from "../../lib/cli/run-record.ts";
import { KNOWN_AFTER_MILLISECONDS, tamper } from "../../lib/twin/tamper/tamper.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import { addFault } from "../../lib/twin/world/faults.ts";
import { COLLECTIONS, type ObjectVersion } from "../../lib/twin/world/records.ts";
import { lease, withTwin } from "./run-twin.ts";

async function scan(twin: Twin): Promise<CheckRecord> {
  const run = twin.startMachine("drift", { layers: ["foundation"], reason: "test" });
  await twin.finishMachine(run);
  return checkRecord(twin, run, 0);
}

interface Found {
  address: string;
  kind: string;
  attribution?: { who: string; what: string };
}
const newsOf = ({ evidence }: CheckRecord) => evidence.news as Record<string, string[]>;
const eventsOf = ({ notifications }: CheckRecord) => notifications.map(({ event }) => event);

it("finds exactly what somebody did, says who, is silent about it afterwards, and tells once that it is resolved", async () => {
  await withTwin("foundation", async (twin) => {
    const { environment, region, stateBucket } = twin.deployment;
    const clean = await scan(twin);
    expect(clean.error?.cause).toBeUndefined();
    expect(clean).toMatchObject({ status: "SUCCEEDED", notifications: [], evidence: { drifted: [] } });

    const done = tamper(twin.world, { environment, region, accountId: twin.aws.accountId }, [
      "edited",
      "deleted",
      "added",
    ]);
    await twin.clock.runTo(twin.clock.now() + KNOWN_AFTER_MILLISECONDS);
    // A person's lock on the state is neither waited for nor touched.
    const lock = `${stateBucket}/foundation/terraform.tfstate.tflock`;
    const objects = twin.world.collection<ObjectVersion[]>(COLLECTIONS.objects);
    objects.set(lock, [{ ...objects.values()[0]!.at(-1)!, versionId: "theirs" }]);
    const found = await scan(twin);
    const drifted = found.evidence.drifted as Found[];
    expect(drifted.map(({ kind }) => kind).sort()).toEqual(["deleted", "edited", "unmanaged"]);
    for (const { attribution } of drifted) expect(attribution?.who).toBe(done[0]!.who);
    expect(drifted.map(({ attribution }) => attribution?.what).sort()).toEqual([
      "CreateQueue",
      "DeleteAlias",
      "DisableKeyRotation",
    ]);
    expect(newsOf(found).new).toHaveLength(3);
    expect(found.status).toBe("SUCCEEDED");
    expect(eventsOf(found)).toEqual(["drift-changed"]);
    expect(objects.get(lock)?.map(({ versionId }) => versionId)).toEqual(["theirs"]);
    objects.delete(lock);

    const again = await scan(twin);
    expect(again.evidence.drifted).toHaveLength(3);
    expect([newsOf(again).new, eventsOf(again)]).toEqual([[], []]);

    // A provider that fails is an error of the scan, and resolves nothing.
    addFault(twin.world, {
      kind: "build-not-provisioned",
      project: `${environment}-plan-foundation`,
      remaining: 1,
    });
    const failed = await scan(twin);
    expect(failed).toMatchObject({ status: "FAILED", proof: { result: "failed" } });
    expect([newsOf(failed).resolved, eventsOf(failed)]).toEqual([[], ["check-failed"]]);

    twin.world.collection(COLLECTIONS.resources).delete(`${done[2]!.type}/${done[2]!.id}`);
    const run = twin.start("deploy", { operation: "deploy", layers: ["foundation"], reason: "repair" });
    await twin.finish(run);
    const repaired = await scan(twin);
    expect(repaired.evidence.drifted).toEqual([]);
    expect([newsOf(repaired).resolved?.length, eventsOf(repaired)]).toEqual([3, ["drift-changed"]]);
    expect(eventsOf(await scan(twin))).toEqual([]);
    expect(lease(twin.world.save())).toEqual([]);
  });
});

it("calls nothing drift that was deployed to the control plane and not applied yet", async () => {
  const settings = [{ path: ["kubernetesVersion"], value: "1.36" }];
  const newer = await assembly(PROJECT_ROOT, join(PROJECT_ROOT, WORK_DIRECTORY), settings);
  await withTwin(
    "foundation",
    async (twin) => {
      const scanned = await scan(twin);
      expect(scanned.error?.cause).toBeUndefined();
      expect(scanned).toMatchObject({ status: "SUCCEEDED", notifications: [], evidence: { drifted: [] } });
      // The scan says nothing; a run would change something, or there was nothing to keep silent about.
      const run = twin.start("plan", {
        operation: "plan",
        layers: ["foundation"],
        reason: "what would change",
      });
      await twin.finish(run);
      expect(runRecord(twin, run, 0).layers[0]?.plan?.change).toBeGreaterThan(0);
    },
    { assembly: newer },
  );
});

it("finds what kubectl has edited in a release, and whatever it made that nobody owns", async () => {
  await withTwin("platform-step02", async (twin) => {
    const server = twin.kubernetes.cluster(twin.deployment.environment);
    const arn = "arn:aws:sts::111122223333:assumed-role/administrators/jo.doe";
    const user = { username: "jo.doe", groups: ["system:masters"], arn };
    const path = "/apis/apps/v1/namespaces/cert-manager/deployments";
    const edit = server.handle({
      user,
      method: "PATCH",
      path: `${path}/cert-manager?fieldManager=kubectl-edit`,
      contentType: "application/merge-patch+json",
      body: { spec: { revisionHistoryLimit: 3 } },
    });
    expect(edit.status).toBe(200);
    const labels = { app: "debug" };
    const made = server.handle({
      user,
      method: "POST",
      path: "/api/v1/namespaces/cert-manager/services?fieldManager=kubectl-create",
      body: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "debug", namespace: "cert-manager" },
        spec: { selector: labels, ports: [{ port: 80 }] },
      },
    });
    expect(made.status).toBe(201);
    // The audit log is delivered some minutes later.
    await twin.clock.runTo(twin.clock.now() + 5 * 60_000);
    const run = twin.startMachine("drift", { layers: ["platform-step02"], reason: "test" });
    await twin.finishMachine(run);
    const record = checkRecord(twin, run, 0);
    expect(record.error?.cause).toBeUndefined();
    const drifted = record.evidence.drifted as (Found & { attributes: string[] })[];
    expect(
      drifted.map(({ address, kind, attributes, attribution }) => [
        kind,
        address,
        ...attributes,
        attribution?.who,
      ]),
    ).toEqual([
      ["edited", "Deployment cert-manager/cert-manager", "spec.revisionHistoryLimit", arn],
      ["unmanaged", "Service cert-manager/debug", arn],
    ]);
  });
});
