import { describe, expect, it } from "vitest";
import { parseTimestamp } from "../../../lib/twin/asl/states/wait.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { machine, START, start, task } from "./harness.ts";

const never = () => new Promise<Json>(() => undefined);
const CALLBACK = "arn:aws:states:::lambda:invoke.waitForTaskToken";
const waiting = (fields: { [key: string]: Json } = {}): Json =>
  machine({
    Ask: task({ Resource: CALLBACK, Arguments: { token: "{% $states.context.Task.Token %}" }, ...fields }),
  });
const submitted = () => ({ submitted: Promise.resolve({ StatusCode: 200 }), abort: () => undefined });

describe("Wait", () => {
  it("waits for Seconds, given or computed", async () => {
    const harness = start(
      machine({
        One: { Type: "Wait", Seconds: 86_400, Next: "Two" },
        Two: { Type: "Wait", Seconds: "{% $states.input.s * 2 %}", End: true },
      }),
      { input: { s: 5 } },
    );
    await harness.finish();
    expect(harness.clock.now() - START).toBe(86_410_000);
  });

  it("waits until a Timestamp, and not at all for one that has passed", async () => {
    const harness = start(
      machine({
        Past: { Type: "Wait", Timestamp: "2001-01-01T00:00:00Z", Next: "Future" },
        Future: { Type: "Wait", Timestamp: "{% '2030-01-01T03:00:00.5+01:00' %}", End: true },
      }),
    );
    await harness.finish();
    expect(harness.clock.now() - START).toBe(2 * 3_600_000 + 500);
  });

  it.each([
    "2030-02-30T00:00:00Z",
    "2030-01-01 00:00:00Z",
    "2030-01-01T00:00:00",
    "2030-01-01T24:00:01Z",
    "2030-13-01T00:00:00Z",
    "soon",
  ])("fails for the timestamp %s", async (timestamp) => {
    expect(parseTimestamp(timestamp)).toBeUndefined();
    const harness = start(machine({ Until: { Type: "Wait", Timestamp: `{% '${timestamp}' %}`, End: true } }));
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  });

  it("fails for negative or broken seconds", async () => {
    for (const seconds of ["{% -1 %}", "{% 1.5 %}"]) {
      const harness = start(machine({ Pause: { Type: "Wait", Seconds: seconds, End: true } }));
      expect(await harness.finish()).toMatchObject({ error: "States.QueryEvaluationError" });
    }
  });
});

describe("a task's time", () => {
  it("ends with States.Timeout, and the task is asked to stop", async () => {
    const harness = start(machine({ Work: task({ TimeoutSeconds: "{% $states.input.limit %}" }) }), {
      input: { limit: 90 },
      behaviour: never,
    });
    expect(await harness.finish()).toEqual({ status: "FAILED", error: "States.Timeout" });
    expect(harness.clock.now() - START).toBe(90_000);
    expect(harness.aborted).toEqual(["Work"]);
    expect(harness.events()).toContain("LambdaFunctionTimedOut");
  });

  it("begins anew with each retry", async () => {
    const harness = start(
      machine({
        Work: task({ TimeoutSeconds: 10, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 2 }] }),
      }),
      { behaviour: never },
    );
    await harness.finish();
    expect(harness.calls.map(({ at }) => at / 1000)).toEqual([0, 11, 23]);
  });

  it("of the whole execution ends it TIMED_OUT, with no event of its own for a Catch", async () => {
    const harness = start(
      {
        ...(machine({
          Work: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }], Next: "Done" }),
          Done: { Type: "Succeed" },
        }) as { [key: string]: Json }),
        TimeoutSeconds: 30,
      },
      { behaviour: never },
    );
    expect(await harness.finish()).toEqual({ status: "TIMED_OUT" });
    expect(harness.events().slice(-2)).toEqual(["TaskStateAborted", "ExecutionTimedOut"]);
  });

  it("fails for limits that are none", async () => {
    for (const seconds of [0, -5, 1.5]) {
      const harness = start(machine({ Work: task({ TimeoutSeconds: "{% $states.input %}" }) }), {
        input: seconds,
      });
      expect(await harness.finish()).toMatchObject({
        status: "FAILED",
        error: "States.QueryEvaluationError",
      });
      expect(harness.calls).toEqual([]);
    }
  });

  it("counts modelled transitions", async () => {
    const harness = start(
      machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "C" }, C: { Type: "Succeed" } }),
      { limits: { transitionMilliseconds: 30 } },
    );
    await harness.finish();
    expect(harness.clock.now() - START).toBe(90);
  });
});

describe("a task token", () => {
  it("brings the answer back", async () => {
    const harness = start(waiting({ Output: "{% $states.result.approved %}" }), { behaviour: submitted });
    await harness.clock.runTo(START + 3_600_000);
    const [call] = harness.calls;
    const { token } = (call?.arguments ?? {}) as { token: string };
    expect(token).toBe(call?.taskToken);
    harness.tokens.succeed(token, { approved: true });
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: true });
    expect(harness.events()).toContain("TaskSubmitted");
  });

  it("brings a failure back", async () => {
    const harness = start(waiting(), { behaviour: submitted });
    await harness.clock.runTo(START + 1000);
    harness.tokens.fail(harness.calls[0]?.taskToken ?? "", "PlanRejectedError", "no");
    expect(await harness.finish()).toEqual({ status: "FAILED", error: "PlanRejectedError", cause: "no" });
  });

  it("counts once, and not at all when it is late or unknown", async () => {
    const harness = start(waiting({ TimeoutSeconds: 60 }), { behaviour: submitted });
    await harness.clock.runTo(START + 1000);
    const token = harness.calls[0]?.taskToken ?? "";
    expect(await harness.finish()).toEqual({ status: "FAILED", error: "States.Timeout" });
    expect(() => harness.tokens.succeed(token, {})).toThrow(
      expect.objectContaining({ code: "TaskTimedOut" }),
    );
    expect(() => harness.tokens.succeed("made up", {})).toThrow(
      expect.objectContaining({ code: "InvalidToken" }),
    );
    const twice = start(waiting(), { behaviour: submitted });
    await twice.clock.runTo(START + 1000);
    twice.tokens.succeed(twice.calls[0]?.taskToken ?? "", 1);
    expect(() => twice.tokens.succeed(twice.calls[0]?.taskToken ?? "", 2)).toThrow(
      expect.objectContaining({ code: "TaskTimedOut" }),
    );
    expect(await twice.finish()).toEqual({ status: "SUCCEEDED", output: 1 });
  });

  it("lives as long as heartbeats come, and dies without one", async () => {
    const harness = start(waiting({ TimeoutSeconds: 3600, HeartbeatSeconds: 60 }), { behaviour: submitted });
    for (let beats = 1; beats <= 3; beats++) {
      await harness.clock.runTo(START + beats * 50_000);
      harness.tokens.heartbeat(harness.calls[0]?.taskToken ?? "");
    }
    expect(await harness.finish()).toEqual({ status: "FAILED", error: "States.HeartbeatTimeout" });
    expect(harness.clock.now() - START).toBe(210_000);
  });

  it("of a retried task is a new one", async () => {
    const harness = start(
      waiting({ TimeoutSeconds: 5, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1 }] }),
      { behaviour: submitted },
    );
    await harness.finish();
    const tokens = harness.calls.map(({ taskToken }) => taskToken);
    expect(new Set(tokens).size).toBe(2);
  });
});
