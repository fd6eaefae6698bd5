import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChart } from "../../lib/twin/charts/find-chart.ts";
import { renderChart } from "../../lib/twin/charts/render-chart.ts";
import type { Values } from "../../lib/twin/charts/values.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables, valueAt } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

let providers: EchoProviders;
let layers: LayersOnDisk;
let planned: PlannedResource[];

const plan = async (changes: Variables = {}): Promise<PlannedResource[]> => {
  const resources = await layers.plan("app", { ...VARIABLES.app, ...changes });
  if (typeof resources === "string") throw new Error(resources.replaceAll(/\s*│\s*|\s+/g, " "));
  return resources;
};
const at = (address: string): PlannedResource | undefined =>
  planned.find((resource) => resource.address === address);

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  await standOn(layers, "foundation");
  planned = await plan();
});
afterAll(() => {
  providers.close();
  layers.remove();
});

/** CPU in thousandths or memory in MiB, of Kubernetes' way to write it. */
function amount(text: string): number {
  const [, number = "0", unit = ""] = /^(\d+)(m|Mi|Gi)?$/.exec(text) ?? [];
  return Number(number) * (unit === "Gi" ? 1024 : unit === "" ? 1000 : 1);
}

/** What the pods of the shop's chart ask for together, one pod of each. */
function asked(resource: "cpu" | "memory"): number {
  const values = valueAt(
    at("kubernetes_manifest.application"),
    "manifest",
    "spec",
    "source",
    "helm",
    "valuesObject",
  );
  const chart = findChart({
    chart: "onlineboutique",
    repository: "us-docker.pkg.dev/online-boutique-ci/charts",
    version: "0.10.6",
  });
  const objects = renderChart(chart, {
    releaseName: "onlineboutique",
    namespace: "onlineboutique",
    values: values as Values,
  });
  return objects
    .filter(({ kind }) => kind === "Deployment")
    .flatMap((deployment) => {
      const { spec } = (deployment as unknown as Workload).spec.template;
      return spec.containers.map(({ resources }) => amount(resources?.requests?.[resource] ?? ""));
    })
    .reduce((sum, each) => sum + each, 0);
}
interface Workload {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly resources?: { readonly requests?: Record<"cpu" | "memory", string> };
        }[];
      };
    };
  };
}

describe("the shop's namespace", () => {
  it("has room for the chart's pods twice, and none for a load balancer", () => {
    const hard = valueAt(at("kubernetes_resource_quota_v1.all"), "spec", 0, "hard") as Record<string, string>;
    expect(asked("cpu")).toBeGreaterThan(1000);
    expect(amount(hard["requests.cpu"] ?? "")).toBeGreaterThanOrEqual(2 * asked("cpu"));
    expect(amount(hard["requests.memory"] ?? "")).toBeGreaterThanOrEqual(2 * asked("memory"));
    expect(hard).toMatchObject({ "services.loadbalancers": "0", "services.nodeports": "0" });
  });

  it("gives a container that asks for nothing what the quota counts", () => {
    const range = at("kubernetes_limit_range_v1.defaults");
    expect(valueAt(range, "spec", 0, "limit", 0, "default_request")).toEqual({ cpu: "50m", memory: "64Mi" });
  });

  it("denies what nobody asked for, and lets the edge in to the frontend only", () => {
    const deny = valueAt(at("kubernetes_network_policy_v1.default_deny"), "spec", 0) as Record<
      string,
      unknown
    >;
    expect(deny.policy_types).toEqual(["Ingress", "Egress"]);
    expect([deny.ingress, deny.egress]).toEqual([[], []]);
    const edge = at("kubernetes_network_policy_v1.frontend_from_edge");
    expect(valueAt(edge, "spec", 0, "pod_selector", 0, "match_labels")).toEqual({ app: "frontend" });
    expect(valueAt(edge, "spec", 0, "ingress", 0, "ports", 0, "port")).toBe("8080");
  });

  it("enforces the baseline of pod security and warns of what is not restricted", () => {
    expect(valueAt(at("kubernetes_namespace_v1.this"), "metadata", 0, "labels")).toMatchObject({
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/warn": "restricted",
    });
  });
});

describe("a wrong variable", () => {
  it.each([
    ["a quota that the shop does not fit in", { quota: { cpu: 1 } }, /at least 2 CPU/],
    ["a range of chart versions", { chart_version: "~0.10" }, /an exact version/],
  ])("%s is refused with a sentence that helps", async (_, changes, complaint) => {
    await expect(plan(changes)).rejects.toThrow(complaint);
  });
});
