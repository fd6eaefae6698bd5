import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { findChart } from "../../lib/twin/charts/find-chart.ts";
import { renderChart } from "../../lib/twin/charts/render-chart.ts";
import type { Values } from "../../lib/twin/charts/values.ts";
import { schemaErrors } from "../../lib/twin/charts/values-schema.ts";
import type { KubernetesObject } from "../../lib/twin/kubernetes/contract.ts";
import type { Attributes } from "../../lib/twin/terraform/contract.ts";
import { policyDocument } from "../../lib/twin/terraform/providers/aws/data/policy-document.ts";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, valueAt } from "./planned-layer.ts";
import { resourcesOf } from "./planned-rules/platform.ts";
import { standOn } from "./stand-on.ts";

let providers: EchoProviders;
let layers: LayersOnDisk;
/** By value of `edge`, what platform-step02 plans. */
const step02 = new Map<string, PlannedResource[]>();
/** What terraform says beside it. */
const said = new Map<string, string>();

async function planned(directory: string, changes: object): Promise<PlannedResource[]> {
  const found = await layers.plan(directory, { ...VARIABLES[directory], ...changes });
  if (typeof found === "string") throw new Error(found);
  return found;
}

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  await standOn(layers, "foundation");
  for (const edge of ["nginx", "envoy"]) {
    step02.set(edge, await planned("platform/step02", { edge }));
    said.set(
      edge,
      (await layers.replan("platform/step02", { ...VARIABLES["platform/step02"], edge })).output,
    );
  }
  // Its controller is told of a role and a certificate, which only an apply knows.
  await layers.apply("platform/step02", { ...VARIABLES["platform/step02"], edge: "alb" });
  step02.set("alb", resourcesOf(layers.state("platform/step02"), "platform-step02"));
});
afterAll(() => {
  providers.close();
  layers.remove();
});

interface Release {
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
  readonly values: readonly string[];
}

const release = (edge: string, name: string): Release | undefined =>
  step02.get(edge)?.find(({ type, values }) => type === "helm_release" && values.name === name)?.values as
    | Release
    | undefined;

function valuesOf(edge: string, name: string): Values {
  const found = release(edge, name);
  if (!found) throw new Error(`${edge} has no release ${name}`);
  return parse(found.values[0] ?? "") as Values;
}

/** What travels with the release of Argo CD, by kind. */
const carried = (edge: string, kind: string): KubernetesObject[] =>
  (valuesOf(edge, "argocd").extraObjects as unknown as KubernetesObject[]).filter((one) => one.kind === kind);

describe("platform/step02", () => {
  it.each([
    ["nginx", "ingress-nginx", "4.15.1"],
    ["envoy", "envoy-gateway", "v1.9.0"],
    ["alb", "aws-load-balancer-controller", "3.5.0"],
  ])("installs for the edge %s %s and no other", (edge, name, version) => {
    const edges = ["ingress-nginx", "envoy-gateway", "aws-load-balancer-controller"];
    const installed = edges.flatMap((one) => release(edge, one) ?? []);
    expect(installed).toEqual([expect.objectContaining({ name, version })]);
  });

  it("warns at plan that ingress-nginx ended, and of nothing with Envoy Gateway", () => {
    expect(said.get("nginx")).toMatch(
      /Warning: Check block assertion failed[\s\S]*ingress-nginx\s+4\.15\.1\s+is\s+out\s+of\s+support/,
    );
    expect(said.get("envoy")).not.toContain("Warning: Check block");
  });

  it("asks Envoy Gateway's chart for two replicas that a drain leaves one of", () => {
    const found = release("envoy", "envoy-gateway")!;
    const values = valuesOf("envoy", "envoy-gateway");
    expect(schemaErrors(findChart(found), values)).toEqual([]);
    const objects = renderChart(findChart(found), {
      releaseName: "envoy-gateway",
      namespace: "edge",
      values,
    });
    expect(objects.find(({ kind }) => kind === "Deployment")?.spec).toMatchObject({ replicas: 2 });
    expect(objects.map(({ kind }) => kind)).toContain("PodDisruptionBudget");
  });

  it("gives the proxies of either edge the same load balancer and as many replicas", () => {
    const proxy = carried("envoy", "EnvoyProxy")[0] as unknown as {
      spec: { provider: { kubernetes: { envoyService: object; envoyDeployment: object } } };
    };
    const { envoyService: service, envoyDeployment } = proxy.spec.provider.kubernetes;
    expect(envoyDeployment).toMatchObject({ replicas: 2 });
    expect(service).toMatchObject({
      annotations: (
        valuesOf("nginx", "ingress-nginx") as { controller: { service: { annotations: object } } }
      ).controller.service.annotations,
      externalTrafficPolicy: "Local",
    });
  });

  it("lets one address ask as often at either edge, each address for itself", () => {
    const nginx = valuesOf("nginx", "ingress-nginx") as { controller: { config: Record<string, string> } };
    expect(nginx.controller.config["http-snippet"]?.split("\n")).toEqual([
      "limit_req_zone $binary_remote_addr zone=edge:10m rate=100r/s;",
      "limit_req zone=edge burst=100 nodelay;",
      "limit_req_status 429;",
    ]);
    expect(carried("envoy", "BackendTrafficPolicy").map(({ spec }) => spec)).toEqual([
      {
        targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge" }],
        rateLimit: {
          type: "Local",
          local: {
            rules: [
              {
                clientSelectors: [{ sourceCIDR: { type: "Distinct", value: "0.0.0.0/0" } }],
                limit: { requests: 100, unit: "Second" },
              },
            ],
          },
        },
      },
    ]);
  });

  it("gives the controller of load balancers what its chart reads, and no right over the firewall", () => {
    const found = release("alb", "aws-load-balancer-controller")!;
    const values = valuesOf("alb", "aws-load-balancer-controller");
    expect(values).toMatchObject({ enableShield: false, enableWaf: false, enableWafv2: false });
    const objects = renderChart(findChart(found), { releaseName: found.chart, namespace: "edge", values });
    const named = (kind: string) => objects.find((one) => one.kind === kind);
    expect(named("IngressClassParams")?.spec).toMatchObject({
      group: { name: "edge" },
      scheme: "internet-facing",
    });
    expect(named("IngressClass")?.spec).toMatchObject({
      controller: "ingress.k8s.aws/alb",
      parameters: { name: "alb" },
    });
    expect(named("PodDisruptionBudget")).toBeDefined();
    const account = named("ServiceAccount")?.metadata as { annotations?: Record<string, string> };
    expect(Object.keys(account.annotations ?? {})).toEqual(["eks.amazonaws.com/role-arn"]);
  });

  it("lets the controller change nothing that does not bear its cluster's mark", () => {
    const policy = step02
      .get("alb")!
      .find(({ address }) => /load_balancer_controller_role.*role_policy\./.test(address));
    const document = policyDocument(JSON.parse(String(valueAt(policy, "policy"))) as Attributes)
      .json as string;
    const { Statement } = JSON.parse(document) as {
      Statement: { Action: string | string[]; Resource: string | string[]; Condition?: object }[];
    };
    for (const { Action, Resource, Condition } of Statement) {
      const changes = [Action].flat().some((action) => !/:(Describe|Get)/.test(action));
      if (!changes) continue;
      expect([Resource].flat()).not.toContain("*");
      if (![Resource].flat().every((one) => one.includes(":vpc/"))) expect(Condition).toBeDefined();
    }
  });

  it("carries the Gateway only where something serves it", () => {
    expect(carried("envoy", "Gateway").map(({ metadata }) => metadata)).toEqual([
      { name: "edge", namespace: "edge" },
    ]);
    for (const kind of ["Gateway", "GatewayClass", "EnvoyProxy", "HTTPRoute"])
      expect(carried("nginx", kind), kind).toEqual([]);
  });
});

/** Every `labelSelector` of a topology spread constraint in the values of a release, whatever it stands under. */
function spreads(values: unknown): Record<string, string>[] {
  if (typeof values !== "object" || values === null) return [];
  return Object.entries(values).flatMap(([key, value]) =>
    key === "topologySpreadConstraints"
      ? (value as { labelSelector: { matchLabels: Record<string, string> } }[]).map(
          ({ labelSelector }) => labelSelector.matchLabels,
        )
      : key === "extraObjects"
        ? []
        : spreads(value),
  );
}

describe("platform/step02's workloads", () => {
  const RELEASES: readonly (readonly [edge: string, name: string, workloads: number])[] = [
    ["nginx", "ingress-nginx", 1],
    ["envoy", "envoy-gateway", 1],
    ["alb", "aws-load-balancer-controller", 1],
    ["nginx", "external-secrets", 3],
    ["nginx", "cert-manager", 3],
    ["nginx", "argocd", 3],
    ["nginx", "cluster-autoscaler", 1],
    ["nginx", "metrics-server", 1],
  ];

  it.each(RELEASES)(
    "with edge %s spread the replicas of %s by labels that they bear",
    (edge, name, count) => {
      const values = valuesOf(edge, name);
      const rendered = renderChart(findChart(release(edge, name)!), {
        releaseName: name,
        namespace: "here",
        values,
      });
      const selectors = rendered.flatMap(({ spec }) => {
        const selector = (spec as { selector?: { matchLabels?: Record<string, string> } } | undefined)
          ?.selector;
        return selector?.matchLabels ? [selector.matchLabels] : [];
      });
      const wanted = spreads(values);
      expect(wanted).toHaveLength(count);
      for (const labels of wanted) expect(selectors).toContainEqual(expect.objectContaining(labels));
    },
  );

  it("may make one load balancer, in the namespace of the edge", () => {
    const quotas = step02.get("envoy")!.filter(({ type }) => type === "kubernetes_resource_quota_v1");
    const allowed = quotas.map((quota) => [
      valueAt(quota, "metadata", 0, "namespace"),
      valueAt(quota, "spec", 0, "hard", "services.loadbalancers"),
    ]);
    expect(Object.fromEntries(allowed)).toEqual({
      argocd: "0",
      "cert-manager": "0",
      edge: "1",
      "external-secrets": "0",
    });
  });
});

describe("the layers above", () => {
  it.each([
    ["nginx", { ingress: { ingressClassName: "nginx" } }],
    [
      "envoy",
      {
        gatewayHTTPRoute: { parentRefs: [expect.objectContaining({ kind: "Gateway", sectionName: "http" })] },
      },
    ],
  ])("answer challenges through %s", async (edge, http01) => {
    const issuers = (await planned("platform/step03", { edge })).filter(({ address }) =>
      /issuers/.test(address),
    );
    expect(issuers).toHaveLength(2);
    for (const issuer of issuers)
      expect(valueAt(issuer, "manifest", "spec", "acme", "solvers", 0, "http01")).toEqual(http01);
  });

  it.each([
    ["app", "frontend-tls"],
    ["observability", "grafana-tls"],
  ])(
    "attach %s by the objects of the edge, with one Certificate for either proxy",
    async (directory, secret) => {
      const [nginx, envoy] = [
        await planned(directory, { edge: "nginx" }),
        await planned(directory, { edge: "envoy" }),
      ];
      const kinds = (resources: PlannedResource[]) =>
        resources
          .filter(({ address }) => /kubernetes_ingress_v1|listeners|route|manifest.certificate/.test(address))
          .map((one) => valueAt(one, "manifest", "kind") ?? "Ingress")
          .sort();
      expect(kinds(nginx)).toEqual(["Certificate", "Ingress"]);
      expect(kinds(await planned(directory, { edge: "alb" }))).toEqual(["Ingress"]);
      expect(kinds(envoy)).toEqual(["Certificate", "HTTPRoute", "ListenerSet"]);
      const listeners = envoy.find(({ address }) => /listeners/.test(address));
      expect(
        valueAt(listeners, "manifest", "spec", "listeners", 0, "tls", "certificateRefs", 0, "name"),
      ).toBe(secret);
    },
  );

  it("refuses an edge that is not there", async () => {
    const complaint = await layers.plan("platform/step03", { ...VARIABLES["platform/step03"], edge: "f5" });
    expect(String(complaint)).toContain("edge must be nginx, envoy or alb");
  });
});
