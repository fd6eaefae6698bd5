import { expect, it } from "vitest";
import { HIDDEN, NOT_KNOWN } from "../../lib/review/redact.ts";
import { redactedPlan, valuesOfReleases } from "../../lib/review/redacted-plan.ts";
import { change, planOf } from "./samples.ts";

const VALUES = `"replicas": 2\n"annotations": "${"x".repeat(500)}"\n`;
const release = (address: string, after: unknown, rest: Parameters<typeof change>[2] = {}) =>
  change(address, ["no-op"], { before: after, after, ...rest });
const planned = (...resources: Parameters<typeof planOf>) => {
  const plan = redactedPlan(planOf(...resources));
  return { plan, values: Object.fromEntries(valuesOfReleases(plan)) };
};

it("keeps the values of a release whole, whether they change or not", () => {
  const { values } = planned(
    release("helm_release.loki", { values: [VALUES] }),
    change("helm_release.edge[0]", ["create"], { before: null, after: { values: ["a: 1\n", "b: 2\n"] } }),
  );
  expect(values).toEqual({ loki: VALUES, "edge-0": "a: 1\n---\nb: 2\n" });
});

it("hides in values what is sensitive elsewhere in the plan, and nothing else", () => {
  const { values, plan } = planned(
    change("random_password.admin", ["no-op"], {
      after: { result: "hunter-22", length: 9 },
      after_sensitive: { result: true },
    }),
    release("helm_release.grafana", { values: ["adminPassword: hunter-22\nadminUser: admin\n"] }),
  );
  expect(values).toEqual({ grafana: `adminPassword: ${HIDDEN}\nadminUser: admin\n` });
  expect(plan.resource_changes[0]?.planned).toEqual({ result: HIDDEN, length: 9 });
  expect(JSON.stringify(plan)).not.toContain("hunter-22");
});

it("hides values that are sensitive as a whole, and a sensitive list and block", () => {
  const { values, plan } = planned(
    release("helm_release.a", { values: ["whole-secret"] }, { after_sensitive: { values: true } }),
    release("helm_release.b", { values: ["part-secret"] }, { after_sensitive: { values: [true] } }),
    release("aws_x.y", { block: { key: "block-secret" } }, { after_sensitive: { block: true } }),
  );
  expect(values).toEqual({});
  expect(JSON.stringify(plan)).not.toMatch(/-secret/);
});

it("says what is known after the apply only, also inside of lists, and null of what is destroyed", () => {
  const { plan, values } = planned(
    change("helm_release.velero", ["create"], {
      after: { name: "velero" },
      after_unknown: { id: true, values: [true], metadata: true },
    }),
    change("aws_x.y", ["delete"], { before: { a: 1 }, after: null }),
  );
  expect(plan.resource_changes.map((each) => each.planned)).toEqual([
    { name: "velero", id: NOT_KNOWN, values: [NOT_KNOWN], metadata: NOT_KNOWN },
    null,
  ]);
  expect(values).toEqual({});
});
