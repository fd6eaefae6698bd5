import { describe, expect, it } from "vitest";
import { detailsOf } from "../../../lib/twin/asl/history.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { machine, START, start, task } from "./harness.ts";

async function output(template: Json, input: Json = {}): Promise<Json> {
  const outcome = await start(machine({ Only: { Type: "Pass", Output: template, End: true } }), {
    input,
  }).finish();
  if (outcome.status !== "SUCCEEDED") throw new Error(JSON.stringify(outcome));
  return outcome.output;
}

async function failure(state: { [key: string]: Json }, input: Json = {}) {
  const harness = start(machine({ Only: state }), { input });
  const outcome = await harness.finish();
  const event = harness.run.history.events.find(({ type }) => type === "EvaluationFailed");
  return { outcome, details: event ? detailsOf(event) : undefined };
}

describe("an expression", () => {
  it("is replaced wherever it stands, and nothing else is", async () => {
    const template = { a: ["{% $states.input.n %}", "{%no end", " {% 1 %}"], "b.$": "$.n", c: null };
    expect(await output(template, { n: 4 })).toEqual({
      a: [4, "{%no end", " {% 1 %}"],
      "b.$": "$.n",
      c: null,
    });
  });

  it("reads variables as they were when the state was entered", async () => {
    const harness = start(
      machine({
        First: { Type: "Pass", Assign: { v: 1 }, Next: "Second" },
        Second: {
          Type: "Pass",
          Assign: { v: "{% $v + 1 %}", w: "{% $v %}" },
          Output: "{% $v %}",
          Next: "Third",
        },
        Third: { Type: "Pass", Output: "{% [$states.input, $v, $w] %}", End: true },
      }),
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: [1, 2, 1] });
  });

  it("sees AWS's context object", async () => {
    const context = await output("{% $states.context %}", { i: 1 });
    expect(context).toEqual({
      Execution: {
        Id: "arn:aws:states:us-east-1:111122223333:execution:machine:one",
        Input: { i: 1 },
        Name: "one",
        RoleArn: "arn:aws:iam::111122223333:role/machine",
        StartTime: new Date(START).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: "arn:aws:states:us-east-1:111122223333:stateMachine:machine", Name: "machine" },
      State: { Name: "Only", EnteredTime: new Date(START).toISOString() },
    });
  });

  it("takes time and randomness from the world", async () => {
    const expression =
      "{% [$millis(), $now(), $now('[Y]'), $random() = $random(), $random(3) = $random(3), $uuid()] %}";
    const first = await output(expression);
    expect(first).toEqual(await output(expression));
    expect((first as Json[]).slice(0, 5)).toEqual([
      START,
      new Date(START).toISOString(),
      "2030",
      false,
      true,
    ]);
  });

  it("hashes, parses, partitions and counts as Step Functions does", async () => {
    expect(await output("{% $hash('abc', 'SHA-1') %}")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
    expect(await output("{% $parse($states.input).a + 1 %}", '{"a":1}')).toBe(2);
    expect(await output("{% $partition([1,2,3,4,5], 2) %}")).toEqual([[1, 2], [3, 4], [5]]);
    expect(await output("{% $range(5, 1, -2) %}")).toEqual([5, 3, 1]);
    expect(await output("{% $count($shuffle([1,2,3])) %}")).toBe(3);
  });
});

describe("an expression that fails", () => {
  const where = "An error occurred while executing the state 'Only' (entered at the event id #2). ";

  it("names the state, the field and the reason", async () => {
    const cases: [{ [key: string]: Json }, string, string][] = [
      [
        { Type: "Pass", Output: { a: [1, "{% $missing %}"] }, End: true },
        "Output/a[1]",
        "The JSONata expression '$missing' specified for the field 'Output/a[1]' returned nothing (undefined).",
      ],
      [
        { Type: "Pass", Assign: { x: "{% $sum %}" }, End: true },
        "Assign/x",
        "The JSONata expression '$sum' specified for the field 'Assign/x' returned an unsupported result type.",
      ],
      [
        { Type: "Pass", Output: "{% 1 + 'a' %}", End: true },
        "Output",
        "The JSONata expression '1 + 'a'' specified for the field 'Output' threw an error during evaluation. T2002: The right side of the \"+\" operator must evaluate to a number",
      ],
      [
        { Type: "Wait", Seconds: "{% 'x' %}", End: true },
        "Seconds",
        "The JSONata expression ''x'' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\"",
      ],
      [
        { Type: "Choice", Choices: [{ Condition: "{% 1 %}", Next: "Only" }] },
        "Choices[0]/Condition",
        "The JSONata expression '1' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1",
      ],
    ];
    for (const [state, location, message] of cases) {
      const { outcome, details } = await failure(state);
      expect(outcome).toEqual({
        status: "FAILED",
        error: "States.QueryEvaluationError",
        cause: where + message,
      });
      expect(details).toMatchObject({ location, state: "Only", error: "States.QueryEvaluationError" });
    }
  });

  it("never starts the task whose arguments it was to be", async () => {
    const harness = start(machine({ Work: task({ Arguments: "{% $states.input.none %}" }) }));
    expect(await harness.finish()).toMatchObject({ error: "States.QueryEvaluationError" });
    expect(harness.calls).toEqual([]);
  });
});

describe("a Choice", () => {
  it("takes the first rule that holds, with the rule's own Output and Assign", async () => {
    const harness = start(
      machine({
        Decide: {
          Type: "Choice",
          Choices: [
            { Condition: "{% $states.input.n > 10 %}", Next: "Tell", Assign: { size: "big" } },
            { Condition: "{% $states.input.n > 5 %}", Next: "Tell", Assign: { size: "medium" }, Output: "m" },
          ],
          Default: "Tell",
          Assign: { size: "small" },
          Output: "s",
        },
        Tell: { Type: "Pass", Output: "{% [$states.input, $size] %}", End: true },
      }),
      { input: { n: 7 } },
    );
    expect(await harness.finish()).toEqual({ status: "SUCCEEDED", output: ["m", "medium"] });
  });
});

describe("a JSONPath state", () => {
  it("moves data by reference paths, variables and the context", async () => {
    const harness = start(
      {
        StartAt: "Set",
        States: {
          Set: { Type: "Pass", Assign: { "first.$": "$.list[0]" }, Next: "Shape" },
          Shape: {
            Type: "Pass",
            InputPath: "$.deep",
            Parameters: {
              "a.$": "$.x",
              "v.$": "$first",
              "name.$": "$$.State.Name",
              list: [{ "b.$": "$.x" }],
            },
            ResultPath: "$.made.here",
            OutputPath: "$.made",
            End: true,
          },
        },
      },
      { input: { list: [8, 9], deep: { x: 1 } } },
    );
    expect(await harness.finish()).toEqual({
      status: "SUCCEEDED",
      output: { here: { a: 1, v: 8, name: "Shape", list: [{ b: 1 }] } },
    });
  });

  it("decides by comparisons", async () => {
    const decide = async (input: Json) => {
      const harness = start(
        {
          StartAt: "Decide",
          States: {
            Decide: {
              Type: "Choice",
              Choices: [
                {
                  And: [
                    { Variable: "$.n", NumericGreaterThan: 1 },
                    { Not: { Variable: "$.off", IsPresent: true } },
                  ],
                  Next: "Yes",
                },
              ],
              Default: "No",
            },
            Yes: { Type: "Pass", Result: "yes", End: true },
            No: { Type: "Pass", Result: "no", End: true },
          },
        },
        { input },
      );
      const outcome = await harness.finish();
      return outcome.status === "SUCCEEDED" ? outcome.output : outcome;
    };
    expect(await decide({ n: 2 })).toBe("yes");
    expect(await decide({ n: 1 })).toBe("no");
    expect(await decide({ n: 2, off: 1 })).toBe("no");
  });

  it("ends with States.Runtime where a path leads nowhere", async () => {
    const harness = start({ StartAt: "A", States: { A: { Type: "Pass", InputPath: "$.none", End: true } } });
    expect(await harness.finish()).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });
});
