import { describe, expect, it } from "vitest";
import { runOfEvent } from "../../lib/run/closing-event.ts";
import type { Builds, LeaseTable, RunTable } from "../../lib/run/ports.ts";

const lease = {
  runId: "deploy-7",
  executionArn: "arn:execution:deploy-7",
  takenAt: "2026-01-01T00:00:00.000Z",
};

function ports(held: typeof lease | undefined): Parameters<typeof runOfEvent>[1] {
  return {
    leases: { holder: async () => held } as LeaseTable,
    builds: { runOf: async (id: string) => (id === "p:1" ? "deploy-7" : undefined) } as Builds,
    runs: { read: async () => ({ ...lease, outcomes: {} }) } as unknown as RunTable,
  };
}

describe("the run that an event is about", () => {
  it("is the execution that ended", async () => {
    const detail = { executionArn: "arn:execution:x", name: "x" };
    const event = { "detail-type": "Step Functions Execution Status Change", detail };
    expect(await runOfEvent(event, ports(undefined))).toEqual({
      runId: "x",
      executionArn: "arn:execution:x",
    });
  });

  it("is the run whose build ended, and none for a build that nobody's run started", async () => {
    const event = (id: string) => ({
      "detail-type": "CodeBuild Build State Change",
      detail: { "build-id": `arn:aws:codebuild:eu-central-1:111122223333:build/${id}` },
    });
    expect(await runOfEvent(event("p:1"), ports(undefined))).toMatchObject({ runId: "deploy-7" });
    expect(await runOfEvent(event("p:2"), ports(undefined))).toBeUndefined();
  });

  it("is whoever holds the lease when the sweep comes, and nobody when it is free", async () => {
    const event = { "detail-type": "Scheduled Event", detail: {} };
    expect(await runOfEvent(event, ports(lease))).toEqual({
      runId: "deploy-7",
      executionArn: "arn:execution:deploy-7",
    });
    expect(await runOfEvent(event, ports(undefined))).toBeUndefined();
  });

  it("rejects an event of another kind, naming it", async () => {
    await expect(runOfEvent({ "detail-type": "EC2 Fire", detail: {} }, ports(undefined))).rejects.toThrow(
      /EC2 Fire/,
    );
  });
});
