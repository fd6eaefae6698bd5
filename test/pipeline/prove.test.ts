import { expect, it } from "vitest";
import { checkTable } from "../../lib/cli/check-table.ts";
import { COLLECTIONS, type NodegroupRecord } from "../../lib/twin/world/records.ts";
import { proveIn, redGates } from "./breaks/prove-breaks.ts";
import { lease, withTwin } from "./run-twin.ts";

const ALL = ["foundation", "platform-step02", "platform-step03"];

it("proves what is applied, tells once what is wrong and once that it is well again, and holds no lease", async () => {
  await withTwin("platform-step03", async (twin) => {
    const groups = twin.world.collection<NodegroupRecord>(COLLECTIONS.nodegroups);
    const [key = ""] = groups.keys();
    const health = (healthIssues: NodegroupRecord["healthIssues"]) =>
      groups.update(key, (record) => ({
        ...record,
        status: healthIssues.length > 0 ? "DEGRADED" : "ACTIVE",
        healthIssues,
      }));

    const well = await proveIn(twin, ALL);
    expect(well.error?.cause).toBeUndefined();
    expect(well).toMatchObject({ status: "SUCCEEDED", notifications: [] });
    expect(well.findings.length).toBeGreaterThan(20);
    const errors = well.findings.filter(({ severity }) => severity === "error");
    expect(errors.filter(({ status }) => status !== "pass")).toEqual([]);
    // Ten gates of three layers, side by side: no slower than the slowest of them.
    expect(well.seconds).toBeLessThan(60);
    expect(well.timeline.some(({ step }) => /^(Plan|Apply) /.test(step))).toBe(false);

    health([{ code: "AccessDenied", message: "the node role is gone", resourceIds: ["i-1"] }]);
    const ill = await proveIn(twin, ALL);
    expect(redGates(ill)).toEqual(["foundation: eks"]);
    expect(ill).toMatchObject({ status: "FAILED", proof: { result: "failed", partial: true } });
    expect(ill.error?.cause).toMatch(/node-groups-active.*the node role is gone.*docs\/runbook\.md/);
    expect(ill.notifications.map(({ event }) => event)).toEqual(["check-failed"]);
    expect(checkTable(ill).join("\n")).toContain('→ docs/runbook.md, "node-groups-active"');

    const still = await proveIn(twin, ["foundation"]);
    expect(still).toMatchObject({ status: "FAILED", notifications: [] });

    health([]);
    const part = await proveIn(twin, ["foundation"]);
    expect(part).toMatchObject({ status: "SUCCEEDED", notifications: [] });
    expect(lease(twin.world.save())).toEqual([]);
  });
});

it("looks while a run holds the environment, and says so; a layer that is not applied is refused by name", async () => {
  await withTwin("foundation", async (twin) => {
    const run = twin.start("deploy", { operation: "deploy", layers: ["foundation"], reason: "test" });
    await twin.clock.runTo(twin.clock.now() + 20_000);
    const record = await proveIn(twin, ["foundation"]);
    expect(record.status).toBe("SUCCEEDED");
    expect(record.proof?.summary).toContain(`run ${run.runId} holds the environment`);

    const refused = await proveIn(twin, ["app"]);
    expect(refused).toMatchObject({ status: "FAILED", error: { name: "InvalidInputError" } });
    expect(refused.error?.cause).toContain("nothing of app was ever applied");
    expect(refused.proof).toMatchObject({ result: "failed" });
    expect(refused.notifications.map(({ event }) => event)).toEqual(["check-failed"]);
    await twin.finish(run);
  });
});
