import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { findChart } from "../../lib/twin/charts/find-chart.ts";
import { renderChart } from "../../lib/twin/charts/render-chart.ts";
import type { Values } from "../../lib/twin/charts/values.ts";
import { schemaErrors } from "../../lib/twin/charts/values-schema.ts";
import type { KubernetesObject } from "../../lib/twin/kubernetes/contract.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk } from "./planned-layer.ts";

interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
  readonly values: readonly string[] | null;
}

const DIRECTORIES = ["platform/step02", "observability", "resilience", "finops", "security"];
const RELEASES = [
  "prometheus-operator-crds",
  "ingress-nginx",
  "external-secrets",
  "cert-manager",
  "argocd",
  "cluster-autoscaler",
  "metrics-server",
  "kube-prometheus-stack",
  "loki",
  "alloy",
  "tempo",
  "opentelemetry-collector",
  "velero",
  "opencost",
  "kyverno",
  "kyverno-policies",
  "trivy-operator",
];

let providers: EchoProviders;
let layers: LayersOnDisk;
const releases = new Map<string, Release>();

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  for (const directory of ["foundation", ...DIRECTORIES]) {
    const variables = VARIABLES[directory] ?? {};
    expect(await layers.apply(directory, variables)).toContain("Apply complete");
    const resources = await layers.plan(directory, variables);
    if (typeof resources === "string") throw new Error(resources);
    for (const { type, values } of resources)
      if (type === "helm_release") releases.set(String(values.name), values as unknown as Release);
  }
});
afterAll(() => {
  providers.close();
  layers.remove();
});

const release = (name: string): Release => releases.get(name)!;
const valuesOf = ({ values }: Release): Values => (values?.[0] ? (parse(values[0]) as Values) : {});

const rendered = (name: string): KubernetesObject[] =>
  renderChart(findChart(release(name)), {
    releaseName: name,
    namespace: release(name).namespace,
    values: valuesOf(release(name)),
    apiVersions: new Set(["monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor"]),
  });
const names = (objects: readonly KubernetesObject[], kind: string): string[] =>
  objects.filter((object) => object.kind === kind).map((object) => object.metadata.name);

const loadBalancers = (objects: readonly KubernetesObject[]): string[] =>
  objects
    .filter(({ kind, spec }) => kind === "Service" && (spec as Values | undefined)?.type === "LoadBalancer")
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

describe("the releases of the layers", () => {
  it("are the charts of the platform", () => {
    expect([...releases.keys()].sort()).toEqual([...RELEASES].sort());
  });

  it.each(RELEASES)("give %s values that its own schema takes and that render", (name) => {
    expect(schemaErrors(findChart(release(name)), valuesOf(release(name)))).toEqual([]);
    expect(rendered(name).length).toBeGreaterThan(0);
  });

  it("make the schedules that the velero gate asks for", () => {
    const wanted = LAYERS.flatMap((layer) => layer.gates).find((gate) => gate.kind === "velero");
    const made = names(rendered("velero"), "Schedule");
    expect(made).toHaveLength(3);
    expect(made).toEqual(expect.arrayContaining(wanted?.schedules as string[]));
  });

  it("make the service, the custom resources and the webhooks that the gates of platform-step02 ask for", () => {
    const objects = RELEASES.slice(0, 7).flatMap(rendered);
    const gates = LAYERS.find((layer) => layer.directory === "platform/step02")?.gates ?? [];
    const gate = (kind: string) => gates.find((each) => each.kind === kind);
    expect(names(objects, "CustomResourceDefinition")).toEqual(
      expect.arrayContaining(((gate("crds")?.crds ?? []) as { name: string }[]).map(({ name }) => name)),
    );
    expect(names(objects, "ValidatingWebhookConfiguration")).toEqual(
      expect.arrayContaining(gate("webhooks")?.validating as string[]),
    );
    expect(loadBalancers(objects)).toEqual([`${gate("load-balancer")?.namespace}/ingress-nginx-controller`]);
  });

  it("make the custom resources that the gates of security ask for", () => {
    const made = ["kyverno", "trivy-operator"].flatMap((name) =>
      names(rendered(name), "CustomResourceDefinition"),
    );
    const gates = LAYERS.find((layer) => layer.directory === "security")?.gates ?? [];
    const wanted = (gates.find(({ kind }) => kind === "crds")?.crds ?? []) as { name: string }[];
    expect(made).toEqual(expect.arrayContaining(wanted.map(({ name }) => name)));
  });

  it("leave the operator's custom resource definitions to platform-step02", () => {
    expect(names(rendered("kube-prometheus-stack"), "CustomResourceDefinition")).toEqual([]);
  });

  it("make the services that Grafana, Alloy and the collector are told to use", () => {
    const services = ["kube-prometheus-stack", "loki", "tempo"].flatMap((name) =>
      names(rendered(name), "Service"),
    );
    expect(services).toEqual(expect.arrayContaining(["kube-prometheus-stack-grafana", "loki", "tempo"]));
    expect(JSON.stringify(valuesOf(release("kube-prometheus-stack")))).toContain("http://loki:3100");
    expect(JSON.stringify(valuesOf(release("alloy")))).toContain("http://loki:3100/loki/api/v1/push");
    expect(JSON.stringify(valuesOf(release("opentelemetry-collector")))).toContain("tempo:4317");
  });

  it("fence planners before they may write anything", () => {
    expect(names(rendered("argocd"), "ValidatingAdmissionPolicyBinding")).toEqual([
      "strata-planners-dry-run-only",
    ]);
  });
});
