import { expect, it } from "vitest";
import { readableCause } from "../../lib/run/cause.ts";

it("says what a function threw", () => {
  const cause = JSON.stringify({
    errorType: "GateFailedError",
    errorMessage: "dns: no record",
    trace: ["at x"],
  });
  expect(readableCause(cause)).toBe("dns: no record");
});

it("says which phase of a build failed, and where its log is", () => {
  const Build = {
    Id: "demo-apply-app:1",
    BuildStatus: "FAILED",
    Phases: [
      { PhaseType: "INSTALL", PhaseStatus: "SUCCEEDED" },
      { PhaseType: "BUILD", PhaseStatus: "FAILED", Contexts: [{ Message: "exit status 1" }] },
      { PhaseType: "COMPLETED" },
    ],
    Logs: { DeepLink: "https://logs" },
  };
  expect(readableCause(JSON.stringify({ Build }))).toBe(
    "build demo-apply-app:1 ended FAILED in phase BUILD: exit status 1 (log: https://logs)",
  );
});

it("leaves text alone and keeps it within the limit", () => {
  expect(readableCause("plain words")).toBe("plain words");
  expect(readableCause("x".repeat(700), 600)).toHaveLength(600);
  expect(readableCause("x".repeat(600), 600)).toBe("x".repeat(600));
});
