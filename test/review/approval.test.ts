import { expect, it } from "vitest";
import { decideApproval } from "../../lib/review/approval.ts";

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
