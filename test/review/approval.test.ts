import { expect, it } from "vitest";
import { decideApproval } from "../../lib/review/approval.ts";
import { unprovenBackup } from "../../lib/review/proven-backup.ts";

const NONE = { add: 0, change: 0, replace: 0, destroy: 0 };
const ADD = { ...NONE, add: 1 };
const REPLACE = { ...NONE, replace: 1 };
const DESTROY = { ...NONE, destroy: 1 };

it.each([
  ["always", ADD, true],
  ["on-change", ADD, true],
  ["on-destroy", ADD, false],
  ["on-destroy", REPLACE, true],
  ["on-destroy", DESTROY, true],
  ["never", DESTROY, false],
] as const)("under %s, %j needs an approval: %s", (approval, counts, required) => {
  expect(decideApproval({ operation: "deploy", approval }, true, counts, []).required).toBe(required);
});

it.each(["always", "on-change", "on-destroy", "never"] as const)(
  "%s asks nobody about nothing",
  (approval) => {
    expect(decideApproval({ operation: "deploy", approval }, false, NONE, []).required).toBe(false);
  },
);

it("asks nobody in a plan run", () => {
  expect(decideApproval({ operation: "plan", approval: "always" }, true, DESTROY, []).required).toBe(false);
});

it("asks about protected resources whatever the policy, and names them", () => {
  const decision = decideApproval({ operation: "destroy", approval: "never" }, true, DESTROY, [
    "aws_vpc.this",
  ]);
  expect(decision.required).toBe(true);
  expect(decision.reason).toContain("aws_vpc.this");
});

const UNPROVEN = "no backup of it was ever proven to be restorable";
const CHANGE = { ...NONE, change: 1 };

it.each([
  ["a change", CHANGE, true],
  ["a replacement", REPLACE, true],
  ["a destruction", DESTROY, true],
  ["what is only added", ADD, false],
] as const)(
  "asks about %s while no backup is proven, even if the policy is never: %s",
  (_what, counts, required) => {
    const decision = decideApproval({ operation: "deploy", approval: "never" }, true, counts, [], UNPROVEN);
    expect(decision.required).toBe(required);
    if (required) expect(decision.reason).toContain(UNPROVEN);
  },
);

it("relies on a proof for three days, and on none that failed or never was", () => {
  const passed = (endedAt: string) => ({
    proof: "verify-backup" as const,
    executionArn: "arn",
    startedAt: endedAt,
    endedAt,
    result: "passed" as const,
    summary: "",
    evidenceKey: "",
  });
  const now = new Date("2026-12-09T08:00:00Z");
  expect(unprovenBackup(passed("2026-12-06T08:00:00.000Z"), now)).toBeUndefined();
  expect(unprovenBackup(passed("2026-12-06T07:59:59.000Z"), now)).toContain("3 days ago");
  expect(unprovenBackup(undefined, now)).toContain("ever");
});
