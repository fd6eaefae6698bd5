import { beforeAll, describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/cli/run-record.ts";
import { runRecord } from "../../lib/cli/run-record.ts";
import { breaksNamed } from "../../lib/twin/breaks/breaks.ts";
import { buildsOf } from "../../lib/twin/run-traces.ts";
import { closingMails, failedSteps, leaseIsHeld, resultsOf, stepNames, stepOf } from "./run-facts.ts";
import { withTwin } from "./run-twin.ts";

/** One run in which the apply of one layer fails while others, that do not need it, are being applied. */
describe("a layer that fails", () => {
  let record: RunRecord;
  let builds: readonly string[];
  let mails: readonly { event: string; text: string }[];
  let leaseWasFreed: boolean;
  beforeAll(async () => {
    await withTwin("foundation", async (twin) => {
      twin.prepareBreaks(breaksNamed(["build-fails"]));
      const run = twin.start("deploy", {
        operation: "deploy",
        layers: ["finops", "resilience", "app"],
        reason: "a layer that fails",
      });
      await twin.finish(run);
      record = runRecord(twin, run, 0);
      builds = buildsOf(twin, run).map(({ projectName }) => projectName);
      mails = closingMails(twin, run);
      leaseWasFreed = !leaseIsHeld(twin);
    });
  });

  it("fails the run, which says which layer, at which step, once, and frees the lease", () => {
    expect(record.status).toBe("FAILED");
    expect(failedSteps(record).map(({ step }) => step)).toEqual(["Apply observability"]);
    expect(record.error?.cause).toMatch(/observability failed at "Apply observability"/);
    expect(mails.map(({ event }) => event)).toEqual(["run-failed"]);
    expect(leaseWasFreed).toBe(true);
  });

  it("does not stop the applies beside it: they end, are proven and recorded", () => {
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
  });

  it("blocks what depends on it, which is never planned, and nothing else", () => {
    expect(resultsOf(record)).toEqual({
      foundation: "proven",
      "platform-step02": "proven",
      "platform-step03": "proven",
      observability: "failed",
      finops: "blocked",
      app: "proven",
      resilience: "proven",
      security: "skipped",
    });
    expect(stepNames(record).filter((step) => step.endsWith(" finops"))).toEqual([]);
    expect(builds.filter((project) => project.endsWith("-finops"))).toEqual([]);
    expect(mails[0]?.text).toMatch(/^- finops: blocked/m);
  });
});
