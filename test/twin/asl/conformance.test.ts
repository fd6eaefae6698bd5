import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { matches } from "../../../lib/twin/asl/conformance/compare.ts";
import { main } from "../../../lib/twin/asl/conformance.ts";
import type { Json } from "../../../lib/twin/world/world.ts";
import { machine, task } from "./harness.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "strata-conformance-"));
  mkdirSync(join(directory, "cases"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A record as the recorder writes it, of a state machine of our own. */
function record(id: string, fields: { [key: string]: Json }): void {
  const recorded = {
    id,
    category: "pure",
    language: "JSONata",
    features: [],
    recordKind: "history",
    externalActions: [],
    parallelEventsMasked: false,
    placeholderTokens: [],
    input: {},
    events: [],
    ...fields,
  };
  writeFileSync(join(directory, "cases", `${id}.json`), JSON.stringify(recorded));
}

async function judged(): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  return { code: await main(directory, (line) => void lines.push(line)), lines };
}

const event = (id: number, previousEventId: number, type: string, state: string | null = null): Json => ({
  id,
  previousEventId,
  type,
  ...(state === null ? {} : { state }),
});
const double = machine({ Double: { Type: "Pass", Output: "{% $states.input.n * 2 %}", End: true } });
const history = [
  event(1, 0, "ExecutionStarted"),
  event(2, 0, "PassStateEntered", "Double"),
  event(3, 2, "PassStateExited", "Double"),
  event(4, 3, "ExecutionSucceeded"),
];
const calling = machine({ Call: task({ Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }] }) });

describe("the conformance command", () => {
  it("passes what agrees, skips what needs S3, and ends with the counts alone", async () => {
    record("agrees", {
      definition: double,
      input: { n: 4 },
      expected: { status: "SUCCEEDED", output: 8 },
      events: history,
    });
    record("reads-s3", { category: "external", definition: {}, expected: { status: "SUCCEEDED" } });
    const { code, lines } = await judged();
    expect(code).toBe(0);
    expect(lines.at(-1)).toBe("1 passed, 0 failed, 1 skipped");
  });

  it("fails for another output, another status, another error and another order of events", async () => {
    const fields = { definition: double, input: { n: 4 } };
    record("output", { ...fields, expected: { status: "SUCCEEDED", output: 9 } });
    record("status", { ...fields, expected: { status: "FAILED", error: "E" } });
    record("error", {
      definition: machine({ Stop: { Type: "Fail", Error: "E" } }),
      expected: { status: "FAILED", error: "F" },
    });
    record("order", {
      ...fields,
      expected: { status: "SUCCEEDED", output: 8 },
      events: [
        ...history.slice(0, 3),
        event(4, 3, "PassStateEntered", "Double"),
        event(5, 4, "ExecutionSucceeded"),
      ],
    });
    const { code, lines } = await judged();
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe("0 passed, 4 failed, 0 skipped");
    expect(lines.find((line) => line.includes(" output:"))).toContain("recorded 9, was 8");
    expect(lines.find((line) => line.includes(" order:"))).toContain(
      "place 4: recorded PassStateEntered Double",
    );
  });

  it("fails for a definition that cannot be loaded and for a file that is no record", async () => {
    record("unknown", { definition: machine({ X: { Type: "Loop" } }), expected: { status: "SUCCEEDED" } });
    writeFileSync(join(directory, "cases", "broken.json"), "{}");
    const { code, lines } = await judged();
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe("0 passed, 2 failed, 0 skipped");
  });

  it("fails when there is nothing to run", async () => {
    const { code, lines } = await judged();
    expect(code).toBe(1);
    expect(lines.at(-1)).toBe("0 passed, 0 failed, 0 skipped");
  });

  it("replays task results in their order, failures and retries included", async () => {
    const result = { state: "Call", scope: [] };
    record("retried", {
      category: "task",
      definition: calling,
      expected: { status: "SUCCEEDED", output: { id: "<uuid:1>" } },
      placeholderTokens: ["<uuid:1>"],
      taskResults: [
        { ...result, outcome: "failed", eventType: "LambdaFunctionFailed", error: "Busy", cause: "wait" },
        { ...result, outcome: "succeeded", output: { id: "whatever" } },
      ],
    });
    record("timed-out", {
      category: "task",
      definition: machine({ Call: task({ TimeoutSeconds: 5 }) }),
      expected: { status: "FAILED", error: "States.Timeout" },
      taskResults: [{ ...result, outcome: "timedOut" }],
    });
    expect((await judged()).lines.at(-1)).toBe("2 passed, 0 failed, 0 skipped");
  });
});

describe("a recorded value", () => {
  it("matches through its masks and nowhere else", () => {
    const tokens = ["<id>", "date"];
    expect(matches("arn:<id>:x", "arn:42:x", tokens)).toBe(true);
    expect(matches("arn:<id>:x", "arn:42:y", tokens)).toBe(false);
    expect(matches({ at: "date" }, { at: 12 }, tokens)).toBe(true);
    expect(matches({ at: "date" }, { at: 12, more: 1 }, tokens)).toBe(false);
    expect(matches([1, "a.c"], [1, "abc"], tokens)).toBe(false);
    expect(matches({ cause: { a: 1 } }, { cause: '{ "a": 1 }' }, tokens)).toBe(true);
    expect(matches({ Cause: '{"a": 1, "b": "<id>"}' }, { Cause: '{"b":"9","a":1}' }, tokens)).toBe(true);
    expect(matches(null, undefined, tokens)).toBe(false);
  });
});
