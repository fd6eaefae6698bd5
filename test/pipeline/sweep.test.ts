import { expect, it } from "vitest";
import type { RuleRecord } from "../../lib/twin/aws/collections.ts";
import { AWS_COLLECTIONS } from "../../lib/twin/aws/collections.ts";
import { addFault } from "../../lib/twin/world/faults.ts";
import { lease, withTwin } from "./run-twin.ts";

it("closes a run by the sweep when the event of its end was lost", async () => {
  await withTwin(undefined, async (twin) => {
    const rules = twin.world.collection<RuleRecord>(AWS_COLLECTIONS.rules).values();
    const sweep = rules.find(
      ({ name, scheduleExpression }) =>
        name.includes("ClosingSweep") && scheduleExpression === "rate(15 minutes)",
    );
    const run = twin.start("deploy", { operation: "deploy", layers: ["foundation"], reason: "test" });
    addFault(twin.world, { kind: "event-lost" });
    twin.clock.schedule(twin.clock.now() + 30_000, () =>
      twin.engine.stopExecution(run.executionArn, "Test", "stopped while planning"),
    );
    await twin.clock.runTo(twin.clock.now() + 10 * 60_000);
    expect(lease(twin.world.save())).toHaveLength(1);
    expect(twin.notifications(run).map(({ messageAttributes }) => messageAttributes.event?.value)).toEqual([
      "run-started",
    ]);

    for (const key of twin.world.collection("faults").keys()) twin.world.collection("faults").delete(key);
    for (let round = 0; round < 2; round += 1) {
      twin.aws.fireSchedule(sweep?.name ?? "");
      await twin.clock.runTo(twin.clock.now() + 60_000);
    }
    expect(lease(twin.world.save())).toEqual([]);
    expect(twin.notifications(run).map(({ messageAttributes }) => messageAttributes.event?.value)).toEqual([
      "run-started",
      "run-failed",
    ]);
  });
});
