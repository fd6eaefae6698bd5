import { describe, expect, it } from "vitest";
import { runRecord } from "../../lib/cli/run-record.ts";
import { buildsOf } from "../../lib/twin/run-traces.ts";
import { addFault } from "../../lib/twin/world/faults.ts";
import { closingMails, failedSteps, resultsOf, stepNames, stepOf } from "./run-facts.ts";
import { lease, runToEnd, withTwin } from "./run-twin.ts";

describe("a layer that fails", () => {
  it("does not stop the applies beside it: they end, are proven and recorded", async () => {
    await withTwin("platform-step02", async (twin) => {
      const { record, snapshot } = await runToEnd(
        twin,
        { operation: "deploy", layers: ["observability", "resilience", "app"] },
        ["build-fails"],
      );
      expect(record.status).toBe("FAILED");
      expect(failedSteps(record).map(({ step }) => step)).toEqual(["Apply observability"]);
      expect(resultsOf(record)).toMatchObject({
        observability: "failed",
        app: "proven",
        resilience: "proven",
      });
      const failure = stepOf(record, "Apply observability");
      for (const name of ["app", "resilience"]) {
        const apply = stepOf(record, `Apply ${name}`);
        expect(apply.status, name).toBe("succeeded");
        expect(stepOf(record, `Record ${name}`).status, name).toBe("succeeded");
        expect(record.layers.find((layer) => layer.name === name)).toMatchObject({ applied: true });
      }
      // It was in flight when its sibling failed, or it would show nothing.
      expect(stepOf(record, "Apply app").startedAt).toBeLessThan(failure.endedAt);
      expect(stepOf(record, "Apply app").endedAt).toBeGreaterThan(failure.endedAt);
      expect(stepOf(record, "Prove app: argocd").endedAt).toBeGreaterThan(failure.endedAt);
      expect(lease(snapshot)).toEqual([]);
    });
  });

  it("blocks what depends on it, which is never planned, and nothing else", async () => {
    await withTwin("platform-step02", async (twin) => {
      addFault(twin.world, {
        kind: "resource-fails",
        type: "aws_ssm_parameter",
        code: "ParameterLimitExceeded",
        message: "You have exceeded the number of parameters for this AWS account.",
      });
      const run = twin.start("deploy", {
        operation: "deploy",
        layers: ["app", "observability", "resilience"],
        reason: "a layer that fails",
      });
      await twin.finish(run);
      const record = runRecord(twin, run, 0);
      expect(record.status).toBe("FAILED");
      expect(record.error?.cause).toMatch(
        /platform-step03 failed at "Apply platform-step03".*ParameterLimitExceeded/,
      );
      expect(resultsOf(record)).toEqual({
        foundation: "proven",
        "platform-step02": "proven",
        "platform-step03": "failed",
        observability: "blocked",
        app: "blocked",
        resilience: "proven",
        finops: "skipped",
        security: "skipped",
      });
      const touched = (name: string) => stepNames(record).filter((step) => step.endsWith(` ${name}`));
      expect(touched("app")).toEqual([]);
      expect(touched("observability")).toEqual([]);
      expect(
        buildsOf(twin, run).filter(({ projectName }) => /-(app|observability)$/.test(projectName)),
      ).toEqual([]);
      expect(closingMails(twin, run)[0]?.text).toMatch(/^- app: blocked/m);
    });
  });
});
