import type { Review, Run } from "../../lib/run/messages.ts";

export const SHA = "a".repeat(64);
export const NOW = new Date("2026-03-01T10:00:00.000Z");

export const pinned = (key: string, sha256 = SHA) => ({ bucket: "artefacts", key, versionId: "v1", sha256 });

export function sampleRun(overrides: Partial<Run> = {}): Run {
  return {
    runId: "run-1",
    executionArn: "arn:aws:states:eu-west-1:111122223333:execution:demo-pipeline:run-1",
    environment: "demo",
    operation: "deploy",
    layers: ["foundation", "platform-step02"],
    approval: "on-change",
    allowDestroy: [],
    reason: "first build",
    requestedBy: "ada",
    startedAt: "2026-03-01T09:59:00.000Z",
    source: pinned("sources/a.tar.gz"),
    artefactBucket: "artefacts",
    terraformVersion: "1.14.3",
    ...overrides,
  };
}

export function sampleReview(overrides: Partial<Review> = {}): Review {
  return {
    layer: "foundation",
    counts: { add: 3, change: 0, replace: 0, destroy: 1 },
    hasChanges: true,
    approvalRequired: true,
    approvalReason: "the policy is on-change, and the plan has changes",
    digest: "d".repeat(64),
    plan: pinned("runs/run-1/foundation/plan.tfplan"),
    lockFile: pinned("runs/run-1/foundation/lock.hcl"),
    notable: [{ address: "aws_vpc.this", action: "delete" }],
    ...overrides,
  };
}

export const gateReport = (layer: string, kind: string, verdict: "passed" | "failed" = "passed") => ({
  layer,
  kind,
  verdict,
  passed: verdict === "passed" ? 2 : 0,
  failed: verdict === "passed" ? 0 : 1,
  findingsKey: `runs/run-1/${layer}/gates/${kind}.json`,
  ...(verdict === "failed" && { firstProblem: `${kind} is red.` }),
});
