import { describe, expect, it } from "vitest";
import type { Json } from "../../../lib/twin/world/world.ts";
import { type Behaviour, fails, machine, START, start, task } from "./harness.ts";

const branch = (name: string, state: Json): Json => ({ StartAt: name, States: { [name]: state } });
const pass = (output: Json): Json => ({ Type: "Pass", Output: output, End: true });

describe("Parallel", () => {
  it("runs its branches at once and returns their outputs in order", async () => {
    const behaviour: Behaviour = async (call, clock) => {
      await clock.sleep(call.stateName === "Slow" ? 9000 : 4000);
      return call.stateName;
    };
    const harness = start(
      machine({
        Both: { Type: "Parallel", Branches: [branch("Slow", task()), branch("Fast", task())], End: true },
      }),
      { behaviour },
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: ["Slow", "Fast"] });
    expect(harness.clock.now() - START).toBe(9000);
  });

  it("gives every branch its Arguments", async () => {
    const harness = start(
      machine({
        Both: {
          Type: "Parallel",
          Arguments: { n: "{% $states.input.a + 1 %}" },
          Branches: [
            branch("One", pass("{% $states.input.n %}")),
            branch("Two", pass("{% $states.input.n * 2 %}")),
          ],
          End: true,
        },
      }),
      { input: { a: 1 } },
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: [2, 4] });
  });

  it("stops the other branches and their tasks when one fails", async () => {
    const behaviour: Behaviour = async (call, clock) => {
      if (call.stateName === "Long") return new Promise<Json>(() => undefined);
      await clock.sleep(3000);
      return fails("Broken", "why");
    };
    const harness = start(
      machine({
        All: {
          Type: "Parallel",
          Branches: [
            branch("Long", task()),
            branch("Short", task()),
            branch("Pause", { Type: "Wait", Seconds: 600, End: true }),
          ],
          Catch: [{ ErrorEquals: ["Broken"], Next: "Done" }],
          Next: "Done",
        },
        Done: { Type: "Succeed" },
      }),
      { behaviour },
    );
    expect(await harness.finish()).toEqual({
      status: "SUCCEEDED",
      output: { Error: "Broken", Cause: "why" },
    });
    expect(harness.aborted).toEqual(["Long"]);
    expect(harness.clock.now() - START).toBe(3000);
    expect(harness.events().slice(-9)).toEqual([
      "LambdaFunctionFailed",
      "TaskStateAborted",
      "TaskStateAborted",
      "WaitStateAborted",
      "ParallelStateFailed",
      "ParallelStateExited All",
      "SucceedStateEntered Done",
      "SucceedStateExited Done",
      "ExecutionSucceeded",
    ]);
  });

  it("isolates a failure in a one-branch Parallel with a Catch, so that a sibling goes on", async () => {
    const guarded = (name: string): Json => ({
      Type: "Parallel",
      Branches: [branch(name, task())],
      Output: "{% $states.result[0] %}",
      Catch: [{ ErrorEquals: ["States.ALL"], Output: "failed", Next: `${name} over` }],
      Next: `${name} over`,
    });
    const stage = (name: string): Json => ({
      StartAt: `${name} stage`,
      States: { [`${name} stage`]: guarded(name), [`${name} over`]: { Type: "Pass", End: true } },
    });
    const harness = start(
      machine({ Both: { Type: "Parallel", Branches: [stage("Bad"), stage("Good")], End: true } }),
      {
        behaviour: async (call, clock) => {
          if (call.stateName === "Bad") return fails("Broken");
          await clock.sleep(60_000);
          return "applied";
        },
      },
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: ["failed", "applied"] });
    expect(harness.aborted).toEqual([]);
  });

  it("reads outer variables inside, keeps inner ones inside", async () => {
    const harness = start(
      machine({
        First: { Type: "Pass", Assign: { outer: 7 }, Next: "Both" },
        Both: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "Set",
              States: {
                Set: { Type: "Pass", Assign: { inner: "{% $outer + 1 %}" }, Next: "Get" },
                Get: { Type: "Pass", Output: "{% [$outer, $inner] %}", End: true },
              },
            },
          ],
          Output: { result: "{% $states.result[0] %}", seen: "{% $exists($inner) %}" },
          End: true,
        },
      }),
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: { result: [7, 8], seen: false } });
  });

  it("can be retried as a whole", async () => {
    let attempts = 0;
    const harness = start(
      machine({
        Both: {
          Type: "Parallel",
          Branches: [branch("Flaky", task()), branch("Steady", pass(1))],
          Retry: [{ ErrorEquals: ["Broken"], IntervalSeconds: 30 }],
          End: true,
        },
      }),
      { behaviour: () => (++attempts < 3 ? fails("Broken") : "fine") },
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: ["fine", 1] });
    expect(harness.clock.now() - START).toBe(90_000);
  });
});

describe("Map", () => {
  const map = (fields: { [key: string]: Json }, state: Json = pass("{% $states.input %}")): Json =>
    machine({ Each: { Type: "Map", ItemProcessor: branch("Item", state), End: true, ...fields } });

  it("selects each item with its index and value from the context", async () => {
    const harness = start(
      map({
        Items: "{% $states.input.names %}",
        ItemSelector: {
          text: "{% $states.context.Map.Item.Index & ' ' & $states.context.Map.Item.Value & ' of ' & $states.input.team %}",
        },
      }),
      { input: { names: ["a", "b"], team: "t" } },
    );
    expect(await harness.finish()).toEqual({
      status: "SUCCEEDED",
      output: [{ text: "0 a of t" }, { text: "1 b of t" }],
    });
  });

  it("runs at most MaxConcurrency iterations at once", async () => {
    let running = 0;
    let most = 0;
    const harness = start(map({ Items: [1, 2, 3, 4, 5], MaxConcurrency: 2 }, task()), {
      behaviour: async (call, clock) => {
        most = Math.max(most, ++running);
        await clock.sleep(1000);
        running -= 1;
        return call.arguments;
      },
    });
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: [1, 2, 3, 4, 5] });
    expect(most).toBe(2);
    expect(harness.clock.now() - START).toBe(3000);
  });

  it("fails with the first failing iteration and stops the others", async () => {
    const harness = start(map({ Items: ["ok", "bad", "later"], MaxConcurrency: 2 }, task()), {
      behaviour: async (call, clock) => {
        await clock.sleep(call.arguments === "bad" ? 1000 : 5000);
        return call.arguments === "bad" ? fails("Broken") : call.arguments;
      },
    });
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "Broken" });
    expect(harness.calls).toHaveLength(2);
    expect(harness.events().slice(-6)).toEqual([
      "LambdaFunctionFailed",
      "MapIterationFailed Each 1",
      "TaskStateAborted",
      "MapIterationAborted Each 0",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
  });

  it("runs a distributed Map's items as executions of their own, within its tolerance", async () => {
    const distributed = (tolerated: number): Json =>
      machine({
        First: { Type: "Pass", Assign: { outer: 1 }, Next: "Each" },
        Each: {
          Type: "Map",
          Items: [0, 1, 2, 3],
          ToleratedFailureCount: tolerated,
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
            ...(branch("Item", task()) as { [key: string]: Json }),
          },
          End: true,
        },
      });
    const behaviour: Behaviour = (call) => (call.arguments === 2 ? fails("Broken") : call.arguments);
    const within = start(distributed(1), { behaviour });
    expect(await within.finish()).toEqual({ status: "SUCCEEDED", output: [0, 1, 3] });
    expect(new Set(within.calls.map(({ executionArn }) => executionArn)).size).toBe(4);
    expect(within.events()).toEqual(expect.arrayContaining(["MapRunStarted", "MapRunSucceeded"]));
    const beyond = start(distributed(0), { behaviour });
    expect(await beyond.finish()).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
  });
});
