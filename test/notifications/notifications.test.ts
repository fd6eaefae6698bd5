import { describe, expect, it } from "vitest";
import { approvalNeeded } from "../../lib/notifications/approval-needed.ts";
import { delegationNeeded } from "../../lib/notifications/delegation-needed.ts";
import { runEnded } from "../../lib/notifications/run-ended.ts";
import { runStarted } from "../../lib/notifications/run-started.ts";
import { subject } from "../../lib/notifications/subject.ts";
import { sampleReview, sampleRun } from "../run/samples.ts";

describe("a subject", () => {
  it.each([99, 100])("of %i characters ends below SNS's limit of 100", (length) => {
    expect(subject("x".repeat(length))).toHaveLength(99);
  });
  it("has no line break and nothing beyond ASCII", () => {
    expect(subject("a\nb – c")).toBe("a b c");
  });
});

it("run-started says what runs and why", () => {
  const { text, event } = runStarted(sampleRun());
  expect(event).toBe("run-started");
  expect(text).toContain("deploy of foundation, platform-step02");
  expect(text).toContain("first build");
});

describe("approval-needed", () => {
  const settings = { apiUrl: "https://api.example.com" };
  const { text, subject: line } = approvalNeeded(sampleRun(), sampleReview(), settings);

  it("shows what is destroyed, the digest, and the commands that answer, without any token", () => {
    expect(line).toContain("1 destructive");
    expect(text).toContain("- delete aws_vpc.this");
    expect(text).toContain("- and 3 more");
    const answer = `run-1 foundation --digest ${"d".repeat(64)} --api https://api.example.com`;
    expect(text).toContain(`strata -- approve ${answer}`);
    expect(text).toContain(`strata -- reject ${answer}`);
    expect(text).not.toContain("oken");
    expect(text).not.toContain("outputs");
  });

  it("says of a plan without resources that outputs alone change", () => {
    const counts = { add: 0, change: 0, replace: 0, destroy: 0 };
    const { text: said } = approvalNeeded(sampleRun(), { ...sampleReview(), counts, notable: [] }, settings);
    expect(said).toContain("0 to destroy. Only outputs change.");
  });
});

const retained = {
  because: "the backups",
  resources: [
    { address: "aws_s3_bucket.b", id: "demo-backups", arn: "arn:aws:s3:::demo-backups" },
    { address: "aws_s3_bucket_policy.b", id: "demo-backups" },
  ],
};
const RETAINED_LINES = [
  "Retained of foundation: the backups.",
  "- aws_s3_bucket.b (arn:aws:s3:::demo-backups)",
  "- aws_s3_bucket_policy.b (demo-backups)",
].join("\n");

it("approval-needed shows what a removal would leave", () => {
  const { text } = approvalNeeded(sampleRun(), sampleReview({ retained }), {
    apiUrl: "https://api.example.com",
  });
  expect(text).toContain(RETAINED_LINES);
});

it("delegation-needed lists the records to set", () => {
  const { text } = delegationNeeded({
    environment: "demo",
    runId: "run-1",
    domain: "demo.example.com",
    nameServers: ["ns-1.awsdns.com", "ns-2.awsdns.net"],
    observed: "not delegated",
    until: "2026-03-02T10:00:00.000Z",
  });
  expect(text).toContain("demo.example.com. NS ns-1.awsdns.com.");
  expect(text).toContain("demo.example.com. NS ns-2.awsdns.net.");
});

describe("the closing notification", () => {
  const record = {
    runId: "run-1",
    run: sampleRun(),
    outcomes: {
      foundation: { layer: "foundation", result: "proven" as const, applied: false },
      "platform-step02": {
        layer: "platform-step02",
        result: "failed" as const,
        error: { name: "GateFailedError", cause: "pods crash", step: "Prove platform-step02: workloads" },
      },
    },
    failure: { error: "GateFailedError", cause: "Layer platform-step02 failed" },
  };

  it("tells per layer what happened and what to do", () => {
    const { text, event } = runEnded(record, "FAILED", undefined, "demo");
    expect(event).toBe("run-failed");
    expect(text).toContain("- foundation: proven, unchanged");
    expect(text).toContain(
      '- platform-step02: failed at "Prove platform-step02: workloads": GateFailedError: pods crash',
    );
    expect(text).toContain("1 of 2 layers ended as wanted");
    expect(text).toContain('"GateFailedError" in docs/runbook.md');
  });

  it("does not call a layer without an outcome harmless", () => {
    const { text } = runEnded({ ...record, outcomes: {} }, "ABORTED", undefined, "demo");
    expect(text).toContain("- foundation: no outcome recorded; it may have been planned or applied in part");
    expect(text).not.toContain("Nothing was changed");
  });

  it("says that nothing was changed by a run that was never prepared", () => {
    const unprepared = { runId: "run-1", outcomes: {}, failure: { error: "LeaseHeldError", cause: "held" } };
    const { text } = runEnded(unprepared, "FAILED", undefined, "demo");
    expect(text).toContain("LeaseHeldError: held");
    expect(text).toContain("Nothing was changed");
  });

  it("takes Step Functions' word where the record has none", () => {
    const { failure: _none, ...unexplained } = record;
    const state = { status: "FAILED", error: "States.Runtime", cause: "bad expression" };
    expect(runEnded(unexplained, "FAILED", state, "demo").text).toContain("States.Runtime: bad expression");
  });

  it("lists what removals have left on purpose, and nothing where they left nothing", () => {
    const gone = { layer: "foundation", result: "destroyed" as const };
    const ended = (outcome: object) =>
      runEnded(
        { ...record, outcomes: { foundation: { ...gone, ...outcome } } },
        "SUCCEEDED",
        undefined,
        "demo",
      );
    expect(ended({ retained }).text).toContain(RETAINED_LINES);
    expect(ended({}).text).not.toContain("Retained");
  });

  it("says what a destroy should not have left, and nothing where it left nothing", () => {
    const finding = {
      check: "nothing-left-behind",
      subject: "arn:x",
      status: "fail" as const,
      severity: "warning" as const,
      observed: "a volume",
      expected: "nothing",
      message: "arn:x was left behind: a volume.",
      runbook: "nothing-left-behind",
    };
    const left = runEnded({ ...record, findings: [finding] }, "SUCCEEDED", undefined, "demo").text;
    expect(left).toContain("Left behind, as far as tags tell:\n- arn:x was left behind: a volume.");
    expect(left).toContain('"nothing-left-behind" in docs/runbook.md');
    const clean = { ...finding, status: "pass" as const };
    const { text } = runEnded({ ...record, findings: [clean] }, "SUCCEEDED", undefined, "demo");
    expect(text).toContain("Nothing to do.");
    expect(text).not.toContain("eft behind");
  });

  it("says so when the run succeeded", () => {
    const { text, event } = runEnded(record, "SUCCEEDED", undefined, "demo");
    expect(event).toBe("run-succeeded");
    expect(text).toContain("every gate of it passed");
  });
});
