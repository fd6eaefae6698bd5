import { expect, it } from "vitest";
import { CHECK_NOTIFICATIONS, failedCheck } from "./check-samples.ts";

const [, , drift] = CHECK_NOTIFICATIONS;

it("of drift says what, how, by whom and when, and what could not be scanned", () => {
  expect(drift.subject).toBe("[demo] drift: 1 new");
  expect(drift.text).toContain(
    "- app: aws_kms_key.this: edited: enable_key_rotation. jo did DisableKeyRotation at 2030-01-01T09:00:00.000Z.",
  );
  expect(drift.text).toContain("- finops: no plan");
});

it("of a failed check shows ten problems and counts the rest", () => {
  const problems = Array.from({ length: 12 }, (_, index) => `problem ${index}`);
  const { text } = failedCheck(problems);
  expect(text).toContain("- problem 9\n- and 2 more");
});
