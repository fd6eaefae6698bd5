import { describe, expect, it } from "vitest";
import type { Json } from "../../../lib/twin/world/world.ts";
import { fails, machine, START, start, task } from "./harness.ts";

const retrying = (retry: { [key: string]: Json }): Json =>
  machine({ Work: task({ Retry: [{ ErrorEquals: ["States.ALL"], ...retry }] }) });
const starts = (harness: ReturnType<typeof start>) => harness.calls.map(({ at }) => at / 1000);

describe("Retry", () => {
  it("waits 1, 2 and 4 seconds by default and then fails with the last error", async () => {
    let attempt = 0;
    const harness = start(retrying({}), { behaviour: () => fails("Broken", `attempt ${++attempt}`) });
    expect(await harness.finish()).toEqual({ status: "FAILED", error: "Broken", cause: "attempt 4" });
    expect(starts(harness)).toEqual([0, 1, 3, 7]);
  });

  it("grows by BackoffRate up to MaxDelaySeconds", async () => {
    const harness = start(
      retrying({ IntervalSeconds: 10, BackoffRate: 3, MaxDelaySeconds: 60, MaxAttempts: 4 }),
      { behaviour: () => fails("Broken") },
    );
    await harness.finish();
    expect(starts(harness)).toEqual([0, 10, 40, 100, 160]);
  });

  it("with full jitter waits between nothing and the whole delay", async () => {
    const draws = [0, 0.5, 0.75];
    const harness = start(retrying({ IntervalSeconds: 10, JitterStrategy: "FULL", MaxAttempts: 3 }), {
      behaviour: () => fails("Broken"),
      random: () => draws.shift() ?? 0,
    });
    await harness.finish();
    expect(starts(harness)).toEqual([0, 0, 10, 40]);
  });

  it("counts each retrier for itself and does not retry what no retrier names", async () => {
    const errors = ["A", "B", "A", "C"];
    const harness = start(
      machine({
        Work: task({
          Retry: [
            { ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 5 },
            { ErrorEquals: ["B"], IntervalSeconds: 100, MaxAttempts: 1 },
          ],
        }),
      }),
      { behaviour: () => fails(errors.shift() ?? "D") },
    );
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "C" });
    expect(starts(harness)).toEqual([0, 1, 101, 106]);
  });

  it("never retries with MaxAttempts 0", async () => {
    const harness = start(
      machine({
        Work: task({
          Retry: [{ ErrorEquals: ["A"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }],
        }),
      }),
      { behaviour: () => fails("A") },
    );
    await harness.finish();
    expect(harness.calls).toHaveLength(1);
  });

  it("evaluates the arguments of each attempt anew, with its RetryCount", async () => {
    const harness = start(
      machine({
        Work: task({
          Arguments: { count: "{% $states.context.State.RetryCount %}", at: "{% $millis() %}" },
          Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }],
        }),
      }),
      { behaviour: () => fails("A") },
    );
    await harness.finish();
    expect(harness.calls.map((call) => call.arguments)).toEqual([
      { count: 0, at: START },
      { count: 1, at: START + 1000 },
    ]);
  });
});

describe("Catch", () => {
  it("goes on with the error as output, variables assigned", async () => {
    const harness = start(
      machine({
        Work: task({
          Catch: [
            { ErrorEquals: ["Other"], Next: "Never" },
            { ErrorEquals: ["Broken"], Assign: { why: "{% $states.errorOutput.Cause %}" }, Next: "Tell" },
          ],
        }),
        Never: { Type: "Succeed" },
        Tell: { Type: "Pass", Output: { why: "{% $why %}", input: "{% $states.input %}" }, End: true },
      }),
      { behaviour: () => fails("Broken", "because") },
    );
    expect(await harness.finish()).toEqual({
      status: "SUCCEEDED",
      output: { why: "because", input: { Error: "Broken", Cause: "because" } },
    });
  });

  it("comes after the retries and can shape its output from the input", async () => {
    const harness = start(
      machine({
        Work: task({
          Retry: [{ ErrorEquals: ["Broken"], MaxAttempts: 1 }],
          Catch: [
            {
              ErrorEquals: ["States.ALL"],
              Output: { from: "{% $states.input.id %}", error: "{% $states.errorOutput.Error %}" },
              Next: "Done",
            },
          ],
        }),
        Done: { Type: "Succeed" },
      }),
      { input: { id: 9 }, behaviour: () => fails("Broken") },
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: { from: 9, error: "Broken" } });
    expect(harness.calls).toHaveLength(2);
  });

  it("catches an expression that fails after the task has succeeded", async () => {
    const harness = start(
      machine({
        Work: task({
          Output: "{% $states.result.missing %}",
          Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Done" }],
        }),
        Done: { Type: "Succeed" },
      }),
      { behaviour: () => ({}) },
    );
    expect(await harness.finish()).toMatchObject({ status: "SUCCEEDED" });
    expect(harness.events()).toContain("EvaluationFailed Work");
  });

  it.each(["States.Runtime", "States.DataLimitExceeded"])(
    "never catches %s, nor retries it",
    async (error) => {
      const harness = start(
        machine({
          Work: task({
            Retry: [{ ErrorEquals: [error] }, { ErrorEquals: ["States.ALL"] }],
            Catch: [
              { ErrorEquals: [error], Next: "Done" },
              { ErrorEquals: ["States.ALL"], Next: "Done" },
            ],
          }),
          Done: { Type: "Succeed" },
        }),
        { behaviour: () => fails(error) },
      );
      expect(await harness.finish()).toMatchObject({ status: "FAILED", error });
      expect(harness.calls).toHaveLength(1);
    },
  );

  it("takes States.TaskFailed for every failure but a timeout", async () => {
    const definition = machine({
      Work: task({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ["States.TaskFailed"], Next: "Done" }] }),
      Done: { Type: "Succeed" },
    });
    const failed = start(definition, { behaviour: () => fails("Anything") });
    expect(await failed.finish()).toMatchObject({ status: "SUCCEEDED" });
    const late = start(definition, { behaviour: () => new Promise<Json>(() => undefined) });
    expect(await late.finish()).toEqual({ status: "FAILED", error: "States.Timeout" });
  });

  it("has no power over a Choice that matches nothing", async () => {
    const harness = start(
      machine({
        Decide: { Type: "Choice", Choices: [{ Condition: "{% $states.input.go %}", Next: "Done" }] },
        Done: { Type: "Succeed" },
      }),
      { input: { go: false } },
    );
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched" });
  });
});
