import { createHash } from "node:crypto";
import { expect, it, vi } from "vitest";
import { reviewPlan } from "../../lib/review/review-plan.ts";
import { EvidenceMismatchError, PlanRejectedError } from "../../lib/run/errors.ts";
import { pinned, SHA, sampleRun } from "../run/samples.ts";
import { change, planOf } from "./samples.ts";

const FOLDER = "runs/run-1/foundation/";
const secret = change("aws_ssm_parameter.token", ["create"], {
  after: { value: "s3cr3t-value", name: "token" },
  after_sensitive: { value: true },
});

function bucket(plan: object, overrides: Record<string, unknown> = {}) {
  const manifest = {
    runId: "run-1",
    layer: "foundation",
    mode: "deploy",
    exitCode: 2,
    plan: pinned(`${FOLDER}plan.tfplan`),
    planJson: pinned(`${FOLDER}plan.json`, createHash("sha256").update(JSON.stringify(plan)).digest("hex")),
    lockFile: pinned(`${FOLDER}lock.hcl`),
    sourceSha256: SHA,
    variablesSha256: SHA,
    terraformVersion: "1.14.3",
    ...overrides,
  };
  return {
    readVersion: vi.fn(async () => Buffer.from(JSON.stringify(manifest))),
    readPinned: vi.fn(async ({ key }: { key: string }) =>
      Buffer.from(key.endsWith("plan.json") ? JSON.stringify(plan) : "binary"),
    ),
    writeJson: vi.fn(async (_bucket: string, _key: string, _value: unknown) => {}),
  };
}
const EXPORTED = { MANIFEST_KEY: `${FOLDER}manifest.json`, MANIFEST_VERSION_ID: "v9", PLAN_EXIT_CODE: "2" };
const request = (run: object = {}, exported: Record<string, string> = EXPORTED) => ({
  run: sampleRun(run),
  layer: "foundation",
  exported,
});

it("reads the pinned manifest and checks plan, JSON and lock file", async () => {
  const objects = bucket(planOf(secret));
  const review = await reviewPlan(request(), { protects: [] }, objects as never);
  expect(objects.readVersion).toHaveBeenCalledWith("artefacts", `${FOLDER}manifest.json`, "v9");
  expect(objects.readPinned.mock.calls.map(([{ key }]) => key).sort()).toEqual([
    `${FOLDER}lock.hcl`,
    `${FOLDER}plan.json`,
    `${FOLDER}plan.tfplan`,
  ]);
  expect(review).toMatchObject({
    counts: { add: 1, change: 0, replace: 0, destroy: 0 },
    hasChanges: true,
    approvalRequired: true,
    notable: [{ address: "aws_ssm_parameter.token", action: "create" }],
  });
});

it("writes a review without the secret beside the plan", async () => {
  const objects = bucket(planOf(secret));
  await reviewPlan(request(), { protects: [] }, objects as never);
  const [, key, value] = objects.writeJson.mock.calls[0]!;
  expect(key).toBe(`${FOLDER}review.json`);
  expect(JSON.stringify(value)).toContain('"path":"name"');
  expect(JSON.stringify(value)).not.toContain("s3cr3t");
});

it("names at most 20 changes to the machine and all of them in the review", async () => {
  const many = Array.from({ length: 21 }, (_, index) => change(`aws_x.y${index}`, ["create"]));
  const objects = bucket(planOf(...many));
  const review = await reviewPlan(request(), { protects: [] }, objects as never);
  expect(review.notable).toHaveLength(20);
  expect(objects.writeJson.mock.calls[0]?.[2]).toMatchObject({ changes: { length: 21 } });
});

it("rejects a protected destroy by address, after writing the review", async () => {
  const objects = bucket(planOf(change("aws_vpc.this", ["delete"])));
  const refused = reviewPlan(request(), { protects: ["aws_vpc"] }, objects as never);
  await expect(refused).rejects.toThrow(PlanRejectedError);
  await expect(refused).rejects.toThrow(/aws_vpc\.this/);
  expect(objects.writeJson).toHaveBeenCalledOnce();
});

it("lets a protected destroy pass that the run allows", async () => {
  const objects = bucket(planOf(change("aws_vpc.this", ["delete"])));
  const review = await reviewPlan(
    request({ allowDestroy: ["aws_vpc.this"] }),
    { protects: ["aws_vpc"] },
    objects as never,
  );
  expect(review.counts.destroy).toBe(1);
});

it("asks about protected resources in a destroy run, whatever the policy", async () => {
  const objects = bucket(planOf(change("aws_vpc.this", ["delete"])), { mode: "destroy" });
  const run = { operation: "destroy", approval: "never" };
  const review = await reviewPlan(request(run), { protects: ["aws_vpc"] }, objects as never);
  expect(review.approvalRequired).toBe(true);
});

it.each<[string, Record<string, unknown>]>([
  ["run", { runId: "run-0" }],
  ["layer", { layer: "app" }],
  ["mode", { mode: "destroy" }],
  ["source", { sourceSha256: "b".repeat(64) }],
  ["terraform version", { terraformVersion: "1.0.0" }],
  ["exit code", { exitCode: 0 }],
  ["bucket", { plan: { ...pinned(`${FOLDER}plan.tfplan`), bucket: "elsewhere" } }],
  ["folder", { plan: pinned("runs/run-0/foundation/plan.tfplan") }],
])("rejects a manifest of another %s", async (_what, overrides) => {
  await expect(
    reviewPlan(request(), { protects: [] }, bucket(planOf(secret), overrides) as never),
  ).rejects.toThrow(EvidenceMismatchError);
});

it("rejects a plan with changes of which terraform said that there are none", async () => {
  const objects = bucket(planOf(secret), { exitCode: 0 });
  const refused = reviewPlan(
    request({}, { ...EXPORTED, PLAN_EXIT_CODE: "0" }),
    { protects: [] },
    objects as never,
  );
  await expect(refused).rejects.toThrow(/nothing changes/);
});

it("rejects a build that exported no manifest", async () => {
  await expect(reviewPlan(request({}, {}), { protects: [] }, bucket(planOf()) as never)).rejects.toThrow(
    EvidenceMismatchError,
  );
});
