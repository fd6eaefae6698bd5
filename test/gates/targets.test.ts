import { describe, expect, it } from "vitest";
import { pathOf, SERVICES } from "../../lib/clients/kubernetes/resources.ts";
import type { Target, TargetsFacts } from "../../lib/gates/targets/facts.ts";
import { judgeTargets } from "../../lib/gates/targets/judge.ts";
import { answers, FORBIDDEN, GATE, minutesAgo, NOW, read } from "./samples.ts";

const EXPECTATION = {
  ...GATE,
  namespace: "observability",
  service: "prometheus",
  port: 9090,
  monitors: ["observability/kubelet", "observability/node"],
};
const target = (monitor: string, rest: Partial<Target> = {}): Target => ({
  scrapePool: `serviceMonitor/observability/${monitor}/0`,
  scrapeUrl: `http://10.0.1.7/${monitor}`,
  health: "up",
  lastError: "",
  lastScrape: minutesAgo(0),
  ...rest,
});
const GOOD = [target("kubelet"), target("node"), target("shop")];
const judge = (targets: TargetsFacts["targets"]) => answers(judgeTargets({ targets }, EXPECTATION, NOW));
const kubelet = (rest: Partial<Target>) => judge(read([target("kubelet", rest), target("node")]))[1];

describe("targets", () => {
  it("pass when all that must be scraped are up", () => {
    expect(judge(read(GOOD))).toEqual([
      "targets-found: pass",
      "targets-up: pass",
      "targets-up: pass",
      "(targets-up: pass)",
    ]);
  });

  it.each<[string, TargetsFacts["targets"], string]>([
    ["there are none at all", read([]), "pending"],
    ["there is no Prometheus", read(null), "pending"],
    ["they may not be asked", FORBIDDEN, "unknown"],
  ])("do not pass when %s", (_what, targets, answer) => {
    expect(judge(targets)).toEqual([`targets-found: ${answer}`]);
  });

  it("do not pass when a monitor selects nothing, however much else is up", () => {
    expect(judge(read([target("node"), target("kubelet-extra")]))[1]).toBe("targets-up: pending");
  });

  it.each<[string, Partial<Target>, string]>([
    ["down", { health: "down", lastError: "connection refused" }, "pending"],
    ["not scraped yet", { health: "unknown", lastScrape: "0001-01-01T00:00:00Z" }, "pending"],
    ["in a state that nobody knows", { health: "resting" }, "pending"],
    ["up as of five minutes ago", { lastScrape: minutesAgo(5) }, "pass"],
    ["up as of a moment longer ago: Prometheus hangs", { lastScrape: minutesAgo(5.01) }, "pending"],
  ])("are judged one by one: one that is %s", (_what, rest, answer) => {
    expect(kubelet(rest)).toBe(`targets-up: ${answer}`);
  });

  it("are told, but do not hold anything up, where nothing depends on them", () => {
    expect(judge(read([...GOOD, target("shop", { health: "down", lastError: "timeout" })])).at(-1)).toBe(
      "(targets-up: fail)",
    );
  });

  it("are asked by the API server's proxy of one Service and port", () => {
    expect(pathOf(SERVICES, { namespace: "o", name: "p:9090", proxy: "api/v1/targets" })).toBe(
      "/api/v1/namespaces/o/services/p:9090/proxy/api/v1/targets",
    );
  });
});
