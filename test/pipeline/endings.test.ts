import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { breaksNamed } from "../../lib/twin/breaks/breaks.ts";
import { buildsOf } from "../../lib/twin/run-traces.ts";
import type { StartedRun, Twin } from "../../lib/twin/twin.ts";
import { addFault } from "../../lib/twin/world/faults.ts";
import { COLLECTIONS, type FaultRecord } from "../../lib/twin/world/records.ts";
import { type Ending, endingOf } from "./ending.ts";
import { closingMails, failedSteps, leaseIsHeld, resultsOf, stepNames, stepOf } from "./run-facts.ts";
import { openTwin, withTwin } from "./run-twin.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const DEPLOY_FOUNDATION = { operation: "deploy", layers: ["foundation"], reason: "endings" };

/** What is wrong, an input in which it is, and what the refusal says of it. */
const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  [
    "an unknown layer",
    { ...DEPLOY_FOUNDATION, layers: ["fundation"] },
    /no layer "fundation"; did you mean "foundation"\?/,
  ],
  ["an empty reason", { ...DEPLOY_FOUNDATION, reason: "  " }, /reason: say why/],
  ["no reason", { operation: "deploy" }, /reason: /],
  ["an operation that there is not", { operation: "deplyo", reason: "typing" }, /operation: /],
  ["a field that there is not", { ...DEPLOY_FOUNDATION, layer: "app" }, /"layer"/],
  ["no layer at all", { ...DEPLOY_FOUNDATION, layers: [] }, /layers: /],
  ["text in place of an object", "deploy everything", /\(whole\): .*object/],
];

/** One run from an empty world to its end; the fault is there before it starts. */
const ended = (input: unknown, fault: FaultRecord): Promise<Ending> =>
  withTwin(undefined, (twin) => {
    addFault(twin.world, fault);
    return endingOf(twin, twin.start("deploy", input));
  });

/** Lets time pass until a build of this project is in its BUILD phase. */
async function untilBuilding(twin: Twin, project: string): Promise<void> {
  const builds = twin.world.collection<{ projectName: string; currentPhase: string }>("codebuild.builds");
  const came = await twin.clock.runUntil(() =>
    builds
      .values()
      .some(({ projectName, currentPhase }) => projectName === project && currentPhase === "BUILD"),
  );
  expect(came, `${project} builds`).toBe(true);
}

async function untilLeaseIsFree(twin: Twin): Promise<number> {
  expect(await twin.clock.runUntil(() => !leaseIsHeld(twin))).toBe(true);
  return twin.clock.now();
}

const stop = (twin: Twin, run: StartedRun): void => {
  twin.engine.stopExecution(run.executionArn, "StoppedByOperator", "stopped from the console");
};

/** The token under which a person answers, once it was asked for. */
async function approvalToken(twin: Twin, run: StartedRun, layer: string): Promise<string> {
  const items = twin.world.collection<{ taskToken?: { S: string } }>("dynamodb.items");
  const find = () =>
    items.entries().find(([key]) => key.includes(run.runId) && key.endsWith(`"approval#${layer}"]`))?.[1];
  expect(await twin.clock.runUntil(() => find() !== undefined)).toBe(true);
  return find()?.taskToken?.S ?? "";
}

describe("a run that is refused", () => {
  it("fails by name before it changes anything, whatever is wrong with its input", async () => {
    // All in one world: a refused run stands in nobody's way.
    await withTwin(undefined, async (twin) => {
      for (const [wrong, input, says] of REFUSED) {
        const { record, event, text } = await endingOf(twin, twin.start("deploy", input));
        expect(record.status, wrong).toBe("FAILED");
        expect(record.error?.name, wrong).toBe("InvalidInputError");
        expect(record.error?.cause, wrong).toMatch(says);
        expect(stepNames(record), wrong).toEqual(["Prepare run", "Fail run"]);
        expect(event, wrong).toBe("run-failed");
        expect(text, wrong).toContain("InvalidInputError");
        expect(text, wrong).toMatch(says);
        expect(text, wrong).toMatch(/Nothing was changed: the run ended before its first layer/);
      }
    });
  });
});

describe("a run that an operator stops", () => {
  it("before it has done anything is closed without a layer", async () => {
    await withTwin(undefined, async (twin) => {
      const run = twin.start("deploy", DEPLOY_FOUNDATION);
      stop(twin, run);
      const { record, event, text } = await endingOf(twin, run);
      expect(record.status).toBe("ABORTED");
      expect(event).toBe("run-failed");
      expect(text).toMatch(/ended ABORTED.*StoppedByOperator.*stopped from the console/);
      expect(buildsOf(twin, run)).toEqual([]);
    });
  });

  it("while it plans applies nothing, and is closed once the plan's build has ended", async () => {
    await withTwin(undefined, async (twin) => {
      const run = twin.start("deploy", DEPLOY_FOUNDATION);
      await untilBuilding(twin, "prod-plan-foundation");
      stop(twin, run);
      const freedAt = await untilLeaseIsFree(twin);
      const { record, event, text } = await endingOf(twin, run);
      expect(record.status).toBe("ABORTED");
      expect(event).toBe("run-failed");
      expect(text).toMatch(/^- foundation: no outcome recorded/m);
      const [plan, ...others] = buildsOf(twin, run);
      expect(others).toEqual([]);
      expect(freedAt).toBeGreaterThanOrEqual(plan!.endedAt);
    });
  });

  it("in the middle of an apply lets the build end by itself, and holds the lease until then", async () => {
    await withTwin(undefined, async (twin) => {
      twin.prepareBreaks(breaksNamed(["execution-stopped"]));
      const run = twin.start("deploy", DEPLOY_FOUNDATION);
      const status = () => (twin.engine.describeExecution(run.executionArn) as { status: string }).status;
      expect(await twin.clock.runUntil(() => status() !== "RUNNING")).toBe(true);
      const stoppedAt = twin.clock.now();
      const freedAt = await untilLeaseIsFree(twin);
      const { event, text, record } = await endingOf(twin, run);
      expect(record.status).toBe("ABORTED");
      expect(record.error?.cause).toMatch(/stopped from the console/);
      expect(event).toBe("run-failed");
      expect(text).toMatch(/ended ABORTED.*stopped from the console/);
      const builds = twin.world.collection<{ projectName: string; buildStatus: string; endTime: number }>(
        "codebuild.builds",
      );
      const apply = builds.values().find(({ projectName }) => projectName === "prod-apply-foundation");
      expect(apply?.buildStatus).toBe("SUCCEEDED");
      // A cluster takes more than five minutes: the build had most of its work before it when the run was stopped.
      expect(apply!.endTime - stoppedAt).toBeGreaterThan(5 * MINUTE);
      expect(freedAt).toBeGreaterThanOrEqual(apply!.endTime);
      expect(freedAt - apply!.endTime).toBeLessThan(MINUTE);
      expect(twin.world.collection("eks.clusters").keys()).toEqual(["prod"]);
    });
  });
});

describe("a second run", () => {
  it("is refused while the first holds the lease, and does not disturb it", async () => {
    const check = async (twin: Twin): Promise<void> => {
      const first = twin.start("deploy", DEPLOY_FOUNDATION);
      await untilBuilding(twin, "prod-plan-foundation");
      const minutes = Math.floor((twin.clock.now() - first.startedAt) / MINUTE);
      expect(minutes).toBeGreaterThan(0);
      const second = twin.start("destroy", { operation: "destroy", reason: "at the wrong time" });
      await twin.clock.runUntil(() => closingMails(twin, second).length > 0);
      expect(leaseIsHeld(twin), "the first run's lease").toBe(true);

      const firstEnding = await endingOf(twin, first);
      const secondEnding = await endingOf(twin, second);
      expect(secondEnding.record.status).toBe("FAILED");
      expect(secondEnding.record.error?.name).toBe("LeaseHeldError");
      expect(secondEnding.record.error?.cause).toContain(first.executionArn);
      expect(secondEnding.record.error?.cause).toContain(`since ${minutes} min`);
      expect(secondEnding.text).toMatch(/LeaseHeldError.*Wait for it to end/);
      expect(buildsOf(twin, second)).toEqual([]);
      expect(firstEnding.record.status, firstEnding.record.error?.cause).toBe("SUCCEEDED");
      expect(firstEnding.event).toBe("run-succeeded");
      expect(resultsOf(firstEnding.record).foundation).toBe("proven");
    };
    // Slow enough that the first run has held its lease for minutes before its plan is made.
    await withTwin("foundation", check, { latencyScale: 4 });
  });

  it("started in the same instant is refused all the same", async () => {
    await withTwin("foundation", async (twin) => {
      const runs = [twin.start("deploy", DEPLOY_FOUNDATION), twin.start("deploy", DEPLOY_FOUNDATION)];
      const endings = [];
      for (const run of runs) endings.push(await endingOf(twin, run));
      expect(endings.map(({ record }) => record.status).sort()).toEqual(["FAILED", "SUCCEEDED"]);
      const refused = endings.find(({ record }) => record.status === "FAILED");
      expect(refused?.record.error?.name).toBe("LeaseHeldError");
    });
  });
});

describe("an approval", () => {
  // One world for all: as long as nothing is approved, nothing is there.
  let twin: Twin;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ twin, close } = await openTwin(undefined, { operator: false }));
  });
  afterAll(() => close());
  const start = (): StartedRun => twin.start("deploy", { ...DEPLOY_FOUNDATION, approval: "always" });

  /** Nothing of a layer may be there whose approval was not given. */
  function expectNothingApplied({ record, event }: Ending, run: StartedRun): void {
    expect(record.status).toBe("FAILED");
    expect(event).toBe("run-failed");
    expect(failedSteps(record).map(({ step }) => step)).toEqual(["Approve foundation"]);
    expect(resultsOf(record).foundation).toBe("failed");
    expect(buildsOf(twin, run).map(({ projectName }) => projectName)).toEqual(["prod-plan-foundation"]);
    expect(twin.world.collection("aws.resources").keys()).toEqual([]);
  }

  it("that is refused ends the run with the person's reason", async () => {
    const run = start();
    const token = await approvalToken(twin, run, "foundation");
    twin.engine.sendTaskFailure(token, "PlanRejectedError", "not on a Friday");
    const ending = await endingOf(twin, run);
    expectNothingApplied(ending, run);
    expect(ending.record.error?.name).toBe("PlanRejectedError");
    expect(ending.text).toMatch(/Approve foundation.*not on a Friday/);
  });

  it("that nobody gives fails closed when its time is over", async () => {
    const run = start();
    const ending = await endingOf(twin, run);
    expectNothingApplied(ending, run);
    const { startedAt, endedAt } = stepOf(ending.record, "Approve foundation");
    expect(endedAt - startedAt).toBeGreaterThanOrEqual(24 * HOUR);
    expect(endedAt - startedAt).toBeLessThan(25 * HOUR);
    expect(ending.text).toMatch(/Approve foundation.*States\.Timeout/);
  });

  it("of another digest is none", async () => {
    const run = start();
    const token = await approvalToken(twin, run, "foundation");
    const answer = { approved: true, digest: "0".repeat(64), approver: "somebody" };
    twin.engine.sendTaskSuccess(token, JSON.stringify(answer));
    const ending = await endingOf(twin, run);
    expect(ending.record.status).toBe("FAILED");
    expect(ending.record.error).toMatchObject({
      name: "PlanRejectedError",
      cause: expect.stringMatching(/does not approve the digest that was asked for/),
    });
    expect(buildsOf(twin, run).map(({ projectName }) => projectName)).toEqual(["prod-plan-foundation"]);
    expect(twin.world.collection("aws.resources").keys()).toEqual([]);
  });
});

describe("a function that crashes", () => {
  // One world for all in which foundation stands: these runs change nothing in it.
  let twin: Twin;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ twin, close } = await openTwin("foundation"));
  });
  afterAll(() => close());

  const faults = () => twin.world.collection<FaultRecord>(COLLECTIONS.faults);
  afterEach(() => {
    for (const key of faults().keys()) faults().delete(key);
  });
  /** Of each fault: 0 once it has struck as often as it should. */
  const crashesLeft = () =>
    faults()
      .values()
      .map(({ remaining }) => remaining);
  const crash = (name: string, more: Partial<FaultRecord> = {}): FaultRecord => ({
    kind: "lambda-crash",
    functionName: `prod-${name}`,
    ...more,
  });

  it("once is called again, in a layer's review and while it closes the run, which says so layer by layer", async () => {
    addFault(twin.world, crash("review-plan", { remaining: 1 }));
    addFault(twin.world, crash("close-run", { remaining: 1 }));
    const { record, event, text } = await endingOf(twin, twin.start("deploy", DEPLOY_FOUNDATION));
    expect(record.status, record.error?.cause).toBe("SUCCEEDED");
    expect(event).toBe("run-succeeded");
    expect(text).toMatch(/ended SUCCEEDED/);
    expect(text).toMatch(/^- foundation: proven, unchanged/m);
    expect(record.timeline.find(({ step }) => step === "Review foundation")?.attempts).toBe(2);
    expect(crashesLeft()).toEqual([0, 0]);
  });

  it("always, at the very end, fails the run though its layers are proven", async () => {
    addFault(twin.world, crash("finish-run"));
    const { record, event, text } = await endingOf(twin, twin.start("deploy", DEPLOY_FOUNDATION));
    expect(record.status).toBe("FAILED");
    expect(stepNames(record).slice(-2)).toEqual(["Finish run", "Fail run"]);
    expect(event).toBe("run-failed");
    expect(text).toMatch(/Runtime exited/);
    expect(text).toMatch(/^- foundation: proven, unchanged/m);
    expect(text).not.toContain("Nothing to do");
  });

  it("after it has closed the run is called again, and mails once", async () => {
    addFault(twin.world, crash("close-run", { remaining: 1, when: "after" }));
    const { record, event } = await endingOf(twin, twin.start("deploy", DEPLOY_FOUNDATION));
    expect(record.status).toBe("SUCCEEDED");
    expect(event).toBe("run-succeeded");
    expect(crashesLeft()).toEqual([0]);
  });

  it("always, in a layer's review, fails the layer and applies nothing", async () => {
    const { record, event, text } = await ended(DEPLOY_FOUNDATION, crash("review-plan"));
    expect(record.status).toBe("FAILED");
    expect(resultsOf(record).foundation).toBe("failed");
    expect(stepNames(record)).not.toContain("Apply foundation");
    expect(event).toBe("run-failed");
    expect(text).toMatch(/Review foundation.*Runtime exited/);
  });
});
