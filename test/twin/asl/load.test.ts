import { describe, expect, it } from "vitest";
import { DefinitionError } from "../../../lib/twin/asl/errors.ts";
import { loadDefinition } from "../../../lib/twin/asl/load.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { machine, task } from "./harness.ts";

const load = (definition: Json) => loadDefinition(definition, { accepts: () => undefined });
const one = (state: Json): Json => machine({ Only: state });
const inner = (state: Json): Json => ({ StartAt: "Inner", States: { Inner: state } });

describe("a definition with something unknown", () => {
  it.each<[string, Json, RegExp]>([
    ["state type", one({ Type: "Loop", End: true }), /unknown state type 'Loop'/],
    ["field of a state", one({ Type: "Pass", Outputs: {}, End: true }), /unknown field .*Only\/Outputs/],
    [
      "JSONPath field in JSONata",
      one({ Type: "Pass", InputPath: "$", End: true }),
      /unknown field .*InputPath/,
    ],
    [
      "field of the machine",
      { ...(one({ Type: "Succeed" }) as object), Timeout: 5 } as Json,
      /unknown field .*Timeout/,
    ],
    [
      "retry field",
      one(task({ Retry: [{ ErrorEquals: ["A"], Interval: 1 }] })),
      /unknown field .*Retry\[0\]\/Interval/,
    ],
    [
      "catch field",
      one(task({ Catch: [{ ErrorEquals: ["A"], Next: "Only", ResultPath: "$" }] })),
      /unknown field .*Catch/,
    ],
    [
      "choice field",
      one({ Type: "Choice", Choices: [{ Condition: true, Next: "Only", When: 1 }] }),
      /unknown field .*When/,
    ],
    ["jitter", one(task({ Retry: [{ ErrorEquals: ["A"], JitterStrategy: "SOME" }] })), /unknown strategy/],
    [
      "item reader",
      one({ Type: "Map", ItemReader: {}, ItemProcessor: inner({ Type: "Succeed" }), End: true }),
      /unknown field .*ItemReader/,
    ],
    [
      "query language",
      { QueryLanguage: "JMESPath", StartAt: "A", States: { A: { Type: "Succeed" } } },
      /unknown QueryLanguage/,
    ],
    [
      "resource",
      one(task({ Resource: "arn:aws:states:::lambda:invoke.sync:9" })),
      /unknown integration pattern/,
    ],
    ["kind of resource", one(task({ Resource: "https://example.org" })), /unknown resource/],
    ["function", one({ Type: "Pass", Output: "{% $eval('1') %}", End: true }), /unknown function \$eval/],
    [
      "function in a nested field",
      one(task({ Arguments: { a: [{ b: "{% $sum($frobnicate(1)) %}" }] } })),
      /unknown function \$frobnicate/,
    ],
    ["operator ??", one({ Type: "Pass", Output: "{% $states.input.a ?? 1 %}", End: true }), /JSONata 2\.1/],
    ["operator ?:", one({ Type: "Pass", Output: "{% [$states.input.a ?: 1] %}", End: true }), /JSONata 2\.1/],
    ["transition", one({ Type: "Pass", Next: "Nowhere" }), /no state named 'Nowhere'/],
    [
      "path",
      { StartAt: "A", States: { A: { Type: "Pass", Parameters: { "x.$": "$..deep" }, End: true } } },
      /unsupported path/,
    ],
    [
      "intrinsic",
      { StartAt: "A", States: { A: { Type: "Pass", Parameters: { "x.$": "States.UUID()" }, End: true } } },
      /unsupported path/,
    ],
  ])("is refused: %s", (_, definition, message) => {
    expect(() => load(definition)).toThrow(DefinitionError);
    expect(() => load(definition)).toThrow(message);
  });

  it("is refused wherever it is nested", () => {
    const bad: Json = { Type: "Pass", Surprise: 1, End: true };
    expect(() => load(one({ Type: "Parallel", Branches: [inner(bad)], End: true }))).toThrow(
      /Branches\[0\].*Surprise/,
    );
    expect(() => load(one({ Type: "Map", ItemProcessor: inner(bad), End: true }))).toThrow(
      /ItemProcessor.*Surprise/,
    );
  });
});

describe("a definition that AWS refuses", () => {
  it.each<[string, Json, RegExp]>([
    ["no end", one({ Type: "Pass" }), /either Next or End/],
    ["both ends", one({ Type: "Pass", Next: "Only", End: true }), /either Next or End/],
    ["a Fail with Next", one({ Type: "Fail", Next: "Only" }), /takes no Next or End/],
    [
      "a broken expression",
      one({ Type: "Pass", Output: "{% $states.input. %}", End: true }),
      /is no JSONata/,
    ],
    [
      "States.ALL not last",
      one(task({ Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["A"] }] })),
      /alone and last/,
    ],
    [
      "a retrier out of bounds",
      one(task({ Retry: [{ ErrorEquals: ["A"], BackoffRate: 0.5 }] })),
      /between 1/,
    ],
    ["a variable called states", one({ Type: "Pass", Assign: { states: 1 }, End: true }), /no variable name/],
    [
      "the same name twice",
      one({
        Type: "Parallel",
        Branches: [{ StartAt: "Only", States: { Only: { Type: "Succeed" } } }],
        End: true,
      }),
      /taken by another state/,
    ],
    [
      "JSONPath inside JSONata",
      one({ Type: "Pass", QueryLanguage: "JSONPath", End: true }),
      /JSONPath state in a JSONata/,
    ],
    ["no StartAt", { StartAt: "B", States: { A: { Type: "Succeed" } } }, /StartAt names no state/],
  ])("is refused: %s", (_, definition, message) => {
    expect(() => load(definition)).toThrow(message);
  });

  it("assigns an outer variable in an inner scope, but not in a distributed Map", () => {
    const around = (processor: { [key: string]: Json }): Json =>
      machine({
        Outer: { Type: "Pass", Assign: { v: 1 }, Next: "Each" },
        Each: {
          Type: "Map",
          ItemProcessor: {
            ...processor,
            ...(inner({ Type: "Pass", Assign: { v: 2 }, End: true }) as object),
          },
          End: true,
        },
      });
    expect(() => load(around({}))).toThrow(/outer variable \$v/);
    const config = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };
    expect(load(around(config)).states.size).toBe(2);
  });
});

describe("a definition with functions of its own", () => {
  it("loads: lambdas, their parameters, partial application and chaining", () => {
    const expression =
      "{% ($twice := function($f, $x){ $f($f($x)) }; $add := function($n){ $n + 1 }; $first := $substring(?, 0, 1); [$twice($add, 1), 'ab' ~> $uppercase, $first('xy')]) %}";
    expect(load(one({ Type: "Pass", Output: expression, End: true })).startAt).toBe("Only");
  });

  it("loads with conditions that only look like newer operators", () => {
    const expression =
      "{% $exists($states.input.a) ? $states.input.a : ($states.input.b ? $states.input.b : 1) %}";
    expect(load(one({ Type: "Pass", Output: expression, End: true })).startAt).toBe("Only");
  });

  it("ignores Comment, whatever it says", () => {
    expect(load(one({ Type: "Pass", Comment: "{% $nonsense( %}", End: true })).startAt).toBe("Only");
  });
});
