import { describe, expect, it } from "vitest";
import type { EndOfLifeFacts, Product } from "../../lib/gates/end-of-life/facts.ts";
import { judgeEndOfLife } from "../../lib/gates/end-of-life/judge.ts";
import { chartsOf, runtimesOf } from "../../lib/gates/end-of-life/products.ts";
import { RECORDED_ENDS, type RecordedEnd } from "../../lib/gates/end-of-life/recorded-ends.ts";
import { answers, FORBIDDEN, GATE, NOW, read } from "./samples.ts";

const DAY = 24 * 60 * 60 * 1000;
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY);
const chart = (name: string, version = "1.0.0"): Product => ({ area: "chart", name, version });
const NODE: Product = { area: "runtime", name: "Node.js of the functions", version: "24" };
const endOf = (days: number): RecordedEnd => ({
  area: "chart",
  name: "old",
  versions: /^1\./,
  endsOn: inDays(days).toISOString(),
  instead: "new",
  source: "https://example.com",
});
const FACTS: EndOfLifeFacts = {
  cluster: { version: "1.35", standardUntil: inDays(400) },
  charts: read([chart("old")]),
  runtimes: read([NODE]),
};
const judge = (
  facts: Partial<EndOfLifeFacts>,
  ends: RecordedEnd[] = [],
  enforced: ("chart" | "cluster")[] = [],
) => answers(judgeEndOfLife({ ...FACTS, ...facts }, { ...GATE, noticeDays: 90, enforced }, NOW, ends));

describe("the end of life", () => {
  it("passes what is maintained, and counts what has no announced end", () => {
    expect(judge({})).toEqual(["(in-support: pass)", "in-support: pass", "in-support: pass"]);
  });

  it.each([
    [90, "(in-support: pass)"],
    [89, "(in-support: fail)"],
    [0, "(in-support: fail)"],
    [-1, "(in-support: fail)"],
  ])("of a chart that ends in %i days: %s", (days, expected) => {
    expect(judge({}, [endOf(days)])[2]).toBe(expected);
  });

  it.each([
    [1, "(in-support: fail)"],
    [0, "(in-support: fail)"],
    [-1, "in-support: fail"],
  ])("fails only where that is configured, and only after the end: %i days", (days, expected) => {
    expect(judge({}, [endOf(days)], ["chart"])[2]).toBe(expected);
  });

  it("is that of the version, not of another one of the same name", () => {
    expect(judge({ charts: read([chart("old", "2.0.0"), chart("older")]) }, [endOf(-1)])).toHaveLength(3);
  });

  it.each<[string, Partial<EndOfLifeFacts>, number, string]>([
    [
      "a cluster at the end of its standard support",
      { cluster: { version: "1.35", standardUntil: inDays(-1) } },
      0,
      "in-support: fail",
    ],
    [
      "a version that EKS does not know",
      { cluster: { version: "1.99", standardUntil: undefined } },
      0,
      "(in-support: unknown)",
    ],
    ["no cluster", { cluster: undefined }, 0, "in-support: unknown"],
    ["workloads that may not be listed", { charts: FORBIDDEN }, 1, "in-support: unknown"],
    ["no chart at all", { charts: read([]) }, 1, "in-support: pending"],
    ["nodes that may not be listed", { runtimes: FORBIDDEN }, 2, "in-support: unknown"],
  ])("with %s", (_what, facts, index, expected) => {
    expect(judge(facts, [], ["cluster"])[index]).toBe(expected);
  });

  it("says what to use instead, and who says so", () => {
    const facts = { ...FACTS, charts: read([chart("ingress-nginx", "4.15.1")]) };
    const findings = judgeEndOfLife(facts, { ...GATE, noticeDays: 90, enforced: [] }, new Date("2026-11-24"));
    expect(findings[2]?.message).toMatch(
      /since 2026-03-31; then the edge "envoy".*github\.com\/kubernetes\/ingress-nginx/,
    );
  });
});

it("knows charts by the labels of their workloads", () => {
  const workload = (labels: Record<string, string>) => ({ metadata: { name: "a", labels } });
  expect(
    chartsOf([
      workload({ "helm.sh/chart": "ingress-nginx-4.15.1" }),
      workload({ "helm.sh/chart": "ingress-nginx-4.15.1" }),
      workload({ "helm.sh/chart": "gateway-helm-v1.9.1" }),
      workload({ chart: "kube-prometheus-stack-88.5.3" }),
      workload({ "helm.sh/chart": "nameless" }),
      workload({}),
    ]).map(({ name, version }) => `${name} ${version}`),
  ).toEqual(["gateway-helm v1.9.1", "ingress-nginx 4.15.1", "kube-prometheus-stack 88.5.3"]);
});

it("knows runtimes by the nodes' images and its own version", () => {
  const node = (osImage: string) => ({ metadata: { name: "n" }, status: { nodeInfo: { osImage } } });
  const images = ["Bottlerocket OS 1.64.0 (aws-k8s-1.35)", "Amazon Linux 2", "Amazon Linux 2023.6.20250203"];
  expect(runtimesOf(images.map(node), "24.9.0").map(({ name, version }) => `${name} ${version}`)).toEqual([
    "Node.js of the functions 24",
    "Amazon Linux 2",
    "Amazon Linux 2023.6.20250203",
    "Bottlerocket OS 1.64.0",
  ]);
});

it.each(RECORDED_ENDS)("the recorded end of $name is a day, with a source", ({ endsOn, source }) => {
  expect(endsOn).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(Number.isNaN(Date.parse(endsOn))).toBe(false);
  expect(source).toMatch(/^https:\/\//);
});
