import { expect, it } from "vitest";
import { canonicalJson } from "../../lib/review/canonical-json.ts";
import { approvalDigest } from "../../lib/review/digest.ts";
import { pinned, SHA } from "../run/samples.ts";

const manifest = {
  runId: "run-1",
  layer: "foundation",
  mode: "deploy" as const,
  exitCode: 2 as const,
  plan: pinned("runs/run-1/foundation/plan.tfplan"),
  planJson: pinned("runs/run-1/foundation/plan.json"),
  lockFile: pinned("runs/run-1/foundation/lock.hcl"),
  sourceSha256: SHA,
  variablesSha256: SHA,
  terraformVersion: "1.14.3",
};
const digest = approvalDigest("demo", manifest);

it("is the same for the same parts, whatever their order", () => {
  const reversed = Object.fromEntries(Object.entries(manifest).reverse()) as typeof manifest;
  expect(approvalDigest("demo", reversed)).toBe(digest);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

it.each<[string, Partial<typeof manifest> | { mode: "destroy" }]>([
  ["plan's version", { plan: { ...manifest.plan, versionId: "v2" } }],
  ["plan's hash", { plan: pinned(manifest.plan.key, "b".repeat(64)) }],
  ["lock file", { lockFile: pinned(manifest.lockFile.key, "b".repeat(64)) }],
  ["source", { sourceSha256: "b".repeat(64) }],
  ["variables", { variablesSha256: "b".repeat(64) }],
  ["terraform version", { terraformVersion: "1.14.4" }],
  ["layer", { layer: "app" }],
  ["run", { runId: "run-2" }],
  ["mode", { mode: "destroy" }],
])("changes with the %s", (_part, other) => {
  expect(approvalDigest("demo", { ...manifest, ...other })).not.toBe(digest);
});

it("changes with the environment", () => {
  expect(approvalDigest("prod", manifest)).not.toBe(digest);
});

it("writes canonical JSON", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
});
