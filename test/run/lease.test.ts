import { expect, it, vi } from "vitest";
import { LeaseHeldError } from "../../lib/run/errors.ts";
import { projectNames, takeLease } from "../../lib/run/lease.ts";

const holder = { runId: "old", executionArn: "arn:old", takenAt: "2026-03-01T09:00:00.000Z" };
const wanted = { runId: "new", executionArn: "arn:new", takenAt: "2026-03-01T10:00:00.000Z" };

function ports(state: { status?: string; alive?: string[]; takenOver?: boolean; free?: boolean }) {
  return {
    leases: {
      take: vi.fn(async () => (state.free ? ("taken" as const) : holder)),
      takeOver: vi.fn(async () => state.takenOver ?? true),
      free: vi.fn(async () => true),
      holder: vi.fn(async () => holder),
    },
    executions: {
      describe: vi.fn(async () => (state.status === undefined ? undefined : { status: state.status })),
    },
    builds: { alive: vi.fn(async () => state.alive ?? []), runOf: vi.fn(async () => undefined) },
  };
}

it("takes a free lease without asking anybody", async () => {
  const given = ports({ free: true });
  await takeLease(wanted, [], given);
  expect(given.executions.describe).not.toHaveBeenCalled();
});

it.each(["RUNNING", "PENDING_REDRIVE"])("rejects while the holder's execution is %s", async (status) => {
  const given = ports({ status });
  const refused = takeLease(wanted, [], given);
  await expect(refused).rejects.toThrow(LeaseHeldError);
  await expect(refused).rejects.toThrow(/old.*60 min.*arn:old/);
  expect(given.leases.takeOver).not.toHaveBeenCalled();
});

it("rejects while a build of an ended execution is alive", async () => {
  const given = ports({ status: "ABORTED", alive: ["demo-apply-app:1"] });
  await expect(takeLease(wanted, ["demo-apply-app"], given)).rejects.toThrow(/demo-apply-app:1 has not/);
  expect(given.leases.takeOver).not.toHaveBeenCalled();
});

it.each(["FAILED", "ABORTED", "TIMED_OUT", "SUCCEEDED", undefined])(
  "takes over from an execution that is %s",
  async (status) => {
    const given = ports(status === undefined ? {} : { status });
    await takeLease(wanted, [], given);
    expect(given.leases.takeOver).toHaveBeenCalledWith(wanted, holder);
  },
);

it("rejects when somebody else took it over first", async () => {
  const given = ports({ status: "FAILED", takenOver: false });
  await expect(takeLease(wanted, [], given)).rejects.toThrow(LeaseHeldError);
});

it("looks for builds in the plan and the apply project of every layer", () => {
  expect(projectNames("demo", ["app"])).toEqual(["demo-plan-app", "demo-apply-app"]);
});
