import { describe, expect, it } from "vitest";
import { fails } from "../twin/asl/harness.ts";
import { buildFails, definitionOf, type Played, play, reviewOf, unchanged } from "./pipeline-runs.ts";

const results = (played: Played): Record<string, string> =>
  Object.fromEntries(played.outcomes.map(({ layer, result }) => [layer, result]));
const outcomeOf = (played: Played, layer: string) =>
  played.outcomes.find((outcome) => outcome.layer === layer);
const lambdaFails = (name: string, message: string) =>
  fails(name, JSON.stringify({ errorType: name, errorMessage: message, trace: [] }));
const all = [
  "foundation",
  "platform-step02",
  "platform-step03",
  "observability",
  "finops",
  "app",
  "resilience",
  "security",
];

describe("a deploy", () => {
  it("proves every layer after what it depends on, and succeeds", async () => {
    const played = await play("deploy");
    expect(played.outcome.status).toBe("SUCCEEDED");
    expect(results(played)).toEqual(Object.fromEntries(all.map((layer) => [layer, "proven"])));
    expect(played.outcomes).toHaveLength(all.length);
    const at = (state: string): number => played.tried.indexOf(state);
    expect(at("Prove foundation: eks")).toBeLessThan(at("Plan platform-step02"));
    expect(at("Prove platform-step03: dns")).toBeLessThan(at("Plan app"));
    expect(at("Plan app")).toBeGreaterThan(-1);
    expect(played.tried.at(-1)).toBe("Finish run");
  });

  it("pins every build to the run's source, and every apply to what was reviewed", async () => {
    const { calls } = await play("deploy");
    const overrides = (state: string): unknown => {
      const { ProjectName, EnvironmentVariablesOverride } = calls.find(
        ({ stateName }) => stateName === state,
      )!.arguments as {
        ProjectName: string;
        EnvironmentVariablesOverride: { Name: string; Value: string }[];
      };
      return [
        ProjectName,
        Object.fromEntries(EnvironmentVariablesOverride.map(({ Name, Value }) => [Name, Value])),
      ];
    };
    const sha = "a".repeat(64);
    const source = {
      RUN_ID: "one",
      MODE: "deploy",
      SOURCE_BUCKET: "prod-artefacts",
      SOURCE_KEY: "sources/x.tar.gz",
      SOURCE_VERSION_ID: "v1",
      SOURCE_SHA256: sha,
    };
    expect(overrides("Plan app")).toEqual(["prod-plan-app", source]);
    expect(overrides("Apply app")).toEqual([
      "prod-apply-app",
      {
        ...source,
        PLAN_KEY: "runs/one/app/plan.tfplan",
        PLAN_VERSION_ID: "v1",
        PLAN_SHA256: sha,
        LOCK_KEY: "runs/one/app/lock.hcl",
        LOCK_VERSION_ID: "v1",
        LOCK_SHA256: sha,
      },
    ]);
  });

  it("skips approval and apply without changes, never the gates", async () => {
    const played = await play("deploy", { "Review foundation": () => unchanged("foundation") });
    expect(played.tried).not.toContain("Apply foundation");
    expect(played.tried).toEqual(
      expect.arrayContaining(["Prove foundation: eks", "Prove foundation: delegation"]),
    );
    expect(outcomeOf(played, "foundation")).toMatchObject({
      result: "proven",
      hasChanges: false,
      applied: false,
    });
  });

  it("runs the selected layers and skips the others", async () => {
    const played = await play("deploy", {}, ["platform-step02"]);
    expect(played.outcome.status).toBe("SUCCEEDED");
    expect(results(played)).toMatchObject({
      foundation: "proven",
      "platform-step02": "proven",
      app: "skipped",
      resilience: "skipped",
    });
    expect(played.tried).not.toContain("Plan app");
  });

  it("blocks what depends on a failed layer and lets its siblings go on", async () => {
    const played = await play("deploy", {
      "Apply platform-step03": () =>
        buildFails('terraform apply: Error: say \\"no\\"'.replaceAll("\\\\", "\\")),
    });
    expect(results(played)).toEqual({
      foundation: "proven",
      "platform-step02": "proven",
      "platform-step03": "failed",
      observability: "blocked",
      finops: "blocked",
      app: "blocked",
      resilience: "proven",
      security: "proven",
    });
    expect(outcomeOf(played, "platform-step03")!.error).toMatchObject({
      name: "States.TaskFailed",
      step: "Apply platform-step03",
    });
    expect(outcomeOf(played, "platform-step03")!.error!.cause).toContain("terraform apply: Error: say");
    expect(played.outcome).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
    expect(played.harness.aborted).toEqual([]);
  });

  it("starts no apply a second time", async () => {
    const played = await play("deploy", {
      "Apply app": () => fails("CodeBuild.SdkClientException", "connection reset"),
    });
    expect(played.tried.filter((state) => state === "Apply app")).toHaveLength(1);
    expect(results(played).app).toBe("failed");
  });

  it("asks again for a gate that is not ready, and says why one that never was failed", async () => {
    let looks = 0;
    const patient = await play("deploy", {
      "Prove resilience: velero": () => {
        looks += 1;
        if (looks < 4) return lambdaFails("NotReadyError", "no backup yet");
        const report = { layer: "resilience", kind: "velero", verdict: "passed", passed: 1, failed: 0 };
        return { Payload: { ...report, findingsKey: "k" } };
      },
    });
    expect(results(patient).resilience).toBe("proven");
    expect(looks).toBe(4);

    const never = await play("deploy", {
      "Prove resilience: velero": () => lambdaFails("NotReadyError", "no backup yet"),
    });
    const outcome = outcomeOf(never, "resilience")!;
    expect(outcome.error).toEqual({
      name: "GateFailedError",
      cause: "NotReadyError: no backup yet",
      step: "Prove resilience: velero",
    });
    // Ten minutes, counted from the first look.
    const times = never.calls.filter(({ stateName }) => stateName === "Prove resilience: velero");
    expect(times.at(-1)!.at - times[0]!.at).toBeGreaterThanOrEqual(600_000);
    expect(times.at(-1)!.at - times[0]!.at).toBeLessThan(625_000);
  });

  it("keeps the findings of the other gates when one is red", async () => {
    const played = await play("deploy", {
      "Prove platform-step02: nodes": () => lambdaFails("GateFailedError", "0 of 3 nodes; see s3://x"),
    });
    const { gates, result } = outcomeOf(played, "platform-step02")!;
    expect(result).toBe("failed");
    expect(gates!.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ["nodes", "failed"],
      ["workloads", "passed"],
      ["crds", "passed"],
      ["webhooks", "passed"],
      ["end-of-life", "passed"],
      ["load-balancer", "passed"],
    ]);
    expect(gates![0]).toMatchObject({
      findingsKey: "runs/one/platform-step02/gates/nodes.json",
      firstProblem: "GateFailedError: 0 of 3 nodes; see s3://x",
    });
  });

  it("fails the layer whose outcome cannot be recorded", async () => {
    const played = await play("deploy", {
      "Record resilience": () => lambdaFails("ConfigurationError", "no table"),
    });
    expect(outcomeOf(played, "resilience")).toMatchObject({
      result: "failed",
      applied: true,
      error: { name: "ConfigurationError", cause: "no table", step: "Record resilience" },
    });
  });

  it("applies nothing on a review that does not say what is due, and lets the siblings end", async () => {
    const played = await play("deploy", {
      "Review resilience": () => ({ Payload: { layer: "resilience" } }),
    });
    expect(played.tried).not.toContain("Apply resilience");
    expect(results(played)).toMatchObject({ resilience: "failed", app: "proven" });
    expect(outcomeOf(played, "resilience")!.error).toMatchObject({
      name: "States.NoChoiceMatched",
      step: "Layer resilience",
    });
    expect(played.outcome.status).toBe("FAILED");
  });

  it("keeps a cause below a kilobyte, whatever a build says", async () => {
    const played = await play("deploy", { "Plan foundation": () => buildFails("x".repeat(20_000)) });
    expect(outcomeOf(played, "foundation")!.error!.cause).toBe("x".repeat(1_000));
  });
});

describe("an approval", () => {
  const due = { "Review foundation": () => reviewOf("foundation", { approvalRequired: true }) };
  const answered = (answer: object) =>
    play(
      "deploy",
      {
        ...due,
        "Approve foundation": async (call, harness) => {
          await Promise.resolve();
          harness.clock.schedule(harness.clock.now() + 60_000, () =>
            harness.tokens.succeed(call.taskToken!, answer as never),
          );
          return null;
        },
      },
      ["foundation"],
    );

  it("lets the plan be applied that it names", async () => {
    const played = await answered({ approved: true, digest: "digest of foundation", approver: "ann" });
    expect(played.tried).toContain("Apply foundation");
    expect(results(played).foundation).toBe("proven");
  });

  it("is refused if it names another digest", async () => {
    const played = await answered({ approved: true, digest: "another", approver: "ann" });
    expect(played.tried).not.toContain("Apply foundation");
    expect(outcomeOf(played, "foundation")!.error).toMatchObject({
      name: "PlanRejectedError",
      step: "Approve foundation",
    });
  });

  it("fails closed after a day without an answer", async () => {
    const played = await play("deploy", due, ["foundation"]);
    expect(played.tried).not.toContain("Apply foundation");
    expect(outcomeOf(played, "foundation")!.error).toMatchObject({ name: "States.Timeout" });
  });
});

describe("a plan run", () => {
  it("plans every layer and applies none", async () => {
    const played = await play("plan");
    expect(played.outcome.status).toBe("SUCCEEDED");
    expect(new Set(Object.values(results(played)))).toEqual(new Set(["planned"]));
    expect(played.tried.filter((state) => /^(Apply|Prove|Approve)/.test(state))).toEqual([]);
  });

  it("says which layers cannot be planned before what they stand on is applied", async () => {
    const played = await play("plan", { "Plan platform-step02": () => buildFails("no state of foundation") });
    expect(results(played)).toEqual({
      ...Object.fromEntries(all.map((layer) => [layer, "not-plannable"])),
      foundation: "planned",
    });
    expect(outcomeOf(played, "platform-step02")!.error!.cause).toBe("no state of foundation");
    expect(played.tried).not.toContain("Plan app");
    expect(played.outcome.status).toBe("SUCCEEDED");
  });

  it("fails where the same plan fails on ground without changes", async () => {
    const played = await play("plan", {
      "Review foundation": () => unchanged("foundation"),
      "Plan platform-step02": () => buildFails("syntax error"),
    });
    expect(results(played)).toMatchObject({ "platform-step02": "failed", "platform-step03": "blocked" });
    expect(played.outcome.status).toBe("FAILED");
  });
});

describe("a destroy", () => {
  it("removes dependents first, asks no gates and plans with MODE=destroy", async () => {
    const played = await play("destroy");
    expect(played.outcome.status).toBe("SUCCEEDED");
    expect(results(played)).toEqual(Object.fromEntries(all.map((layer) => [layer, "destroyed"])));
    const at = (state: string): number => played.tried.indexOf(state);
    expect(at("Remove app")).toBeLessThan(at("Plan removal of platform-step03"));
    expect(at("Remove resilience")).toBeLessThan(at("Plan removal of platform-step02"));
    expect(at("Remove platform-step02")).toBeLessThan(at("Plan removal of foundation"));
    expect(played.tried.some((state) => state.startsWith("Prove"))).toBe(false);
    const { arguments: given } = played.calls.find(({ stateName }) => stateName === "Remove app")!;
    expect(JSON.stringify(given)).toContain('{"Name":"MODE","Value":"destroy","Type":"PLAINTEXT"}');
  });

  it("leaves standing what a layer that could not be removed stands on", async () => {
    const played = await play("destroy", { "Remove app": () => buildFails("finalizer") });
    expect(results(played)).toMatchObject({
      app: "failed",
      "platform-step03": "blocked",
      "platform-step02": "blocked",
      foundation: "blocked",
      observability: "destroyed",
      resilience: "destroyed",
    });
  });
});

describe("a failure outside the layers", () => {
  it("is told to fail-run, and ends the machine in Fail", async () => {
    const held = await play("deploy", {
      "Prepare run": () => lambdaFails("LeaseHeldError", "run two has it"),
    });
    expect(held.outcome).toMatchObject({
      status: "FAILED",
      error: "LeaseHeldError",
      cause: "run two has it",
    });
    expect(held.tried).toEqual(["Prepare run", "Fail run"]);

    const finish = await play("deploy", {
      "Finish run": () => lambdaFails("ConfigurationError", "no table"),
    });
    expect(finish.outcome).toMatchObject({ status: "FAILED", error: "ConfigurationError" });
    expect(finish.tried.at(-1)).toBe("Fail run");
  });

  it("ends in Fail even if fail-run fails", async () => {
    const played = await play("deploy", {
      "Prepare run": () => lambdaFails("LeaseHeldError", "run two has it"),
      "Fail run": () => lambdaFails("ConfigurationError", "no table"),
    });
    expect(played.outcome).toMatchObject({ status: "FAILED", error: "LeaseHeldError" });
  });
});

describe("the definition", () => {
  it("follows the catalogue: one more entry is one more stage, in its place", () => {
    const layer = (directory: string, dependsOn: string[]) => ({
      directory,
      dependsOn,
      purpose: directory,
      applyTimeoutMinutes: 10,
      applyTimeoutReason: "test",
      kubernetes: false,
      stateful: false,
      protects: [],
      gates: [{ kind: "eks", deadlineMinutes: 5 }],
    });
    const text = JSON.stringify(
      definitionOf([layer("base", []), layer("left", ["base"]), layer("right", ["base"])]),
    );
    expect(text).toContain('"Layer left ‖ Layer right"');
    expect(text).toContain('"Removal of left ‖ Removal of right"');
  });
});
