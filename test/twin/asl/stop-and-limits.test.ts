import { describe, expect, it } from "vitest";
import type { Json } from "../../../lib/twin/world/world.ts";
import { machine, START, start, task } from "./harness.ts";

const never = () => new Promise<Json>(() => undefined);

describe("a stopped execution", () => {
  it("ends ABORTED at once, and every task under way is asked to stop", async () => {
    const branch = (name: string): Json => ({ StartAt: name, States: { [name]: task() } });
    const harness = start(
      machine({
        Both: {
          Type: "Parallel",
          Branches: [branch("One"), branch("Two")],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }],
          Next: "Done",
        },
        Done: { Type: "Succeed" },
      }),
      { behaviour: never },
    );
    await harness.clock.runTo(START + 5000);
    harness.execution.stop("Cancelled", "by hand");
    expect(await harness.finish()).toEqual({ status: "ABORTED", error: "Cancelled", cause: "by hand" });
    expect(harness.aborted).toEqual(["One", "Two"]);
    expect(harness.events().slice(-4)).toEqual([
      "TaskStateAborted",
      "TaskStateAborted",
      "ParallelStateAborted",
      "ExecutionAborted",
    ]);
  });

  it("starts nothing more, not even a retry that was due", async () => {
    const harness = start(
      machine({
        Work: task({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 60 }] }),
      }),
      { behaviour: never },
    );
    await harness.clock.runTo(START + 30_000);
    harness.execution.stop();
    expect(await harness.finish()).toEqual({ status: "ABORTED" });
    const events = harness.events().length;
    await harness.clock.runTo(START + 600_000);
    expect(harness.calls).toHaveLength(1);
    expect(harness.events()).toHaveLength(events);
  });

  it("cannot be stopped once it has ended", async () => {
    const harness = start(machine({ Done: { Type: "Succeed" } }));
    expect(await harness.finish()).toMatchObject({ status: "SUCCEEDED" });
    harness.execution.stop();
    expect(harness.events().at(-1)).toBe("ExecutionSucceeded");
  });
});

describe("the payload limit of 256 KiB", () => {
  const text = (bytes: number) => "x".repeat(bytes - 2);

  it("lets a result of exactly that size pass", async () => {
    const harness = start(machine({ Work: task() }), { behaviour: () => text(262_144) });
    expect(await harness.finish()).toMatchObject({ status: "SUCCEEDED" });
  });

  it("ends the execution one byte beyond it, catchers or not", async () => {
    const harness = start(
      machine({
        Work: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }], Next: "Done" }),
        Done: { Type: "Succeed" },
      }),
      { behaviour: () => text(262_145) },
    );
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });

  it("counts bytes, not characters", async () => {
    const harness = start(machine({ Work: task() }), { behaviour: () => "ü".repeat(131_072) });
    expect(await harness.finish()).toMatchObject({ error: "States.DataLimitExceeded" });
  });

  it("holds for outputs and arguments too", async () => {
    const pass = start(machine({ Grow: { Type: "Pass", Output: "{% $pad('', 262143, 'x') %}", End: true } }));
    expect(await pass.finish()).toMatchObject({ error: "States.DataLimitExceeded" });
    const call = start(machine({ Work: task({ Arguments: "{% $pad('', 262143, 'x') %}" }) }));
    expect(await call.finish()).toMatchObject({ error: "States.DataLimitExceeded" });
    expect(call.calls).toHaveLength(0);
  });
});

describe("the history limit", () => {
  it("ends an endless loop with its last event", async () => {
    const harness = start(machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } }), {
      historyLimit: 100,
    });
    expect(await harness.finish()).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (100).",
    });
    expect(harness.events()).toHaveLength(100);
  });

  it("is 25,000 events", async () => {
    const harness = start(machine({ A: { Type: "Pass", Next: "A" } }));
    await harness.finish();
    expect(harness.events()).toHaveLength(25_000);
  });

  it("ends an execution in the middle of a Parallel as well", async () => {
    const loop = (name: string): Json => ({
      StartAt: name,
      States: { [name]: { Type: "Pass", Next: name } },
    });
    const harness = start(
      machine({ Both: { Type: "Parallel", Branches: [loop("One"), loop("Two")], End: true } }),
      { historyLimit: 60 },
    );
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(harness.events()).toHaveLength(60);
  });
});
