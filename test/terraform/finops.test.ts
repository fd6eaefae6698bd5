import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { findChart } from "../../lib/twin/charts/find-chart.ts";
import { renderChart } from "../../lib/twin/charts/render-chart.ts";
import type { Values } from "../../lib/twin/charts/values.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables, valueAt } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

let providers: EchoProviders;
let layers: LayersOnDisk;
let planned: readonly PlannedResource[];

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  // Its values hold the ARN of its role, which is known once that is there.
  await standOn(layers, "foundation", "observability", "finops");
  planned = await plan();
});
afterAll(() => {
  providers.close();
  layers.remove();
});

async function plan(changes: Variables = {}): Promise<PlannedResource[]> {
  const resources = await layers.plan("finops", { ...VARIABLES.finops, ...changes });
  if (typeof resources === "string") throw new Error(resources);
  return resources;
}
const ofType = (resources: readonly PlannedResource[], type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);
const valuesOf = (resources: readonly PlannedResource[]): Values =>
  parse(String(valueAt(ofType(resources, "helm_release")[0], "values", 0))) as Values;

describe("finops", () => {
  it("asks the Prometheus that observability installs, and may reach it", async () => {
    const installed = await layers.plan("observability", VARIABLES.observability ?? {});
    if (typeof installed === "string") throw new Error(installed);
    const stack = installed.find(({ values }) => values.name === "kube-prometheus-stack")?.values;
    const services = renderChart(
      findChart(stack as unknown as { chart: string; repository: string; version: string }),
      {
        releaseName: "kube-prometheus-stack",
        namespace: String(stack?.namespace),
        values: parse(String(stack?.values)) as Values,
      },
    ).filter(({ kind }) => kind === "Service");
    const prometheus = valuesOf(planned).opencost as { prometheus: { internal: Record<string, unknown> } };
    const { serviceName, namespaceName, port } = prometheus.prometheus.internal;
    const found = services.find(({ metadata }) => metadata.name === serviceName);
    expect(found?.metadata.namespace).toBe(namespaceName);
    expect(found?.spec).toMatchObject({ ports: expect.arrayContaining([expect.objectContaining({ port })]) });
    const [policy] = ofType(planned, "kubernetes_network_policy_v1");
    expect(JSON.stringify(valueAt(policy, "spec", 0, "egress"))).toContain(`"port":"${port}"`);
  });

  it("lists unused volumes and addresses with a role of its own, or has none", async () => {
    expect(ofType(planned, "aws_iam_role")).toHaveLength(1);
    expect(valuesOf(planned)).toMatchObject({ serviceAccount: { name: "opencost" } });
    const without = await plan({ unused_assets: false });
    expect(ofType(without, "aws_iam_role")).toEqual([]);
    expect(valuesOf(without)).toMatchObject({ serviceAccount: { annotations: {} } });
  });

  it("runs its page, or only the API; never what answers without asking who it is", async () => {
    expect(valuesOf(planned)).toMatchObject({ opencost: { ui: { enabled: true }, mcp: { enabled: false } } });
    expect(valuesOf(await plan({ ui: false }))).toMatchObject({ opencost: { ui: { enabled: false } } });
  });

  it("holds its namespace to the restricted standard, with a quota and closed doors", () => {
    const [namespace] = ofType(planned, "kubernetes_namespace_v1");
    expect(valueAt(namespace, "metadata", 0, "labels")).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
    expect(ofType(planned, "kubernetes_resource_quota_v1")).toHaveLength(1);
    const [policy] = ofType(planned, "kubernetes_network_policy_v1");
    expect(valueAt(policy, "spec", 0, "policy_types")).toEqual(["Ingress", "Egress"]);
  });

  it("refuses a wait that the layer's own limit cuts off", async () => {
    const refused = await layers.plan("finops", { ...VARIABLES.finops, release_timeout_seconds: 3600 });
    expect(String(refused).replace(/\s*│\s*|\s+/g, " ")).toMatch(/must be between 60 and 900/);
  });
});
