import { describe, expect, it } from "vitest";
import { type Chart, loadChart, recordedCharts } from "../../../lib/twin/charts/chart.ts";
import { ChartNotFoundError, findChart } from "../../../lib/twin/charts/find-chart.ts";
import { judgeValues } from "../../../lib/twin/charts/judge-values.ts";
import { ChartRefusedError } from "../../../lib/twin/charts/matching-switches.ts";
import { renderChart } from "../../../lib/twin/charts/render-chart.ts";
import { setValue, withSet } from "../../../lib/twin/charts/set-path.ts";
import type { Values } from "../../../lib/twin/charts/values.ts";
import type { KubernetesObject } from "../../../lib/twin/kubernetes/contract.ts";

const chart = (name: string): Chart => {
  const found = loadChart(name);
  if (!found) throw new Error(`no chart ${name}`);
  return found;
};
const recordedValues = (one: Chart): Values =>
  Object.entries(one.renderedWith).reduce(
    (values, [path, value]) => withSet(values, path, value),
    {} as Values,
  );
const render = (
  name: string,
  values: Values = {},
  namespace = "here",
  releaseName = chart(name).release.name,
): KubernetesObject[] => renderChart(chart(name), { releaseName, namespace, values });
const named = (objects: KubernetesObject[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);

describe("a chart rendered with the values of its inventory", () => {
  it.each(recordedCharts())("%s makes every recorded object", (name) => {
    const one = chart(name);
    const objects = render(name, recordedValues(one), one.release.namespace);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      one.objects.map((object) => `${object.kind} ${object.name}`),
    );
  });
});

describe("values", () => {
  it("turn the recorded switches, with their own values in them", () => {
    const objects = render("cert-manager", {
      replicaCount: 4,
      webhook: { replicaCount: 5 },
      crds: { enabled: true },
      serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": "arn:own" } },
    });
    expect(named(objects, "Deployment", "cert-manager")?.spec).toMatchObject({ replicas: 4 });
    expect(named(objects, "Deployment", "cert-manager-webhook")?.spec).toMatchObject({ replicas: 5 });
    expect(named(objects, "CustomResourceDefinition", "certificates.cert-manager.io")).toBeDefined();
    expect(named(objects, "ServiceAccount", "cert-manager")?.metadata.annotations).toEqual({
      "eks.amazonaws.com/role-arn": "arn:own",
    });
  });

  it("that are the defaults turn nothing", () => {
    expect(
      render("ingress-nginx", { controller: { kind: "Deployment", service: { type: "LoadBalancer" } } }),
    ).toEqual(render("ingress-nginx"));
  });

  it("of one setting do not turn a switch of another value of it", () => {
    const values = {
      ...recordedValues(chart("opentelemetry-collector")),
      mode: "statefulset",
      replicaCount: 3,
    };
    const kinds = render("opentelemetry-collector", values).map(({ kind }) => kind);
    expect(kinds).toContain("StatefulSet");
    expect(kinds).not.toContain("DaemonSet");
  });

  it("name Velero's locations and schedules", () => {
    const objects = render("velero", {
      configuration: {
        backupStorageLocation: [{ name: "main", provider: "aws", bucket: "b", default: true }],
      },
      schedules: {
        nightly: { schedule: "0 2 * * *", template: { ttl: "24h" } },
        off: { disabled: true, schedule: "@daily" },
      },
    });
    expect(named(objects, "BackupStorageLocation", "main")?.spec).toMatchObject({
      provider: "aws",
      objectStorage: { bucket: "b" },
      default: true,
    });
    expect(objects.filter(({ kind }) => kind === "Schedule").map(({ metadata }) => metadata.name)).toEqual([
      "velero-nightly",
    ]);
  });

  it("that ask for monitors make them only where the API is served", () => {
    const values = { metrics: { serviceMonitor: { enabled: true } } };
    const monitors = (apiVersions: string[]) =>
      renderChart(chart("velero"), {
        releaseName: "velero",
        namespace: "v",
        values,
        apiVersions: new Set(apiVersions),
      }).filter(({ kind }) => kind === "ServiceMonitor");
    expect(monitors([])).toHaveLength(0);
    const needed = chart("velero").switches["service monitor"]?.apiVersions ?? [];
    expect(monitors([...needed])).toHaveLength(1);
  });

  it("may bring whole objects along", () => {
    const extraObjects = [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "own" }, data: { a: "b" } },
    ];
    expect(named(render("argo-cd", { extraObjects }), "ConfigMap", "own")).toMatchObject({
      metadata: { namespace: "here" },
      data: { a: "b" },
    });
  });

  it("fail with Helm's message when the chart does not render without them", () => {
    expect(() => render("opentelemetry-collector")).toThrow(ChartRefusedError);
    expect(() => render("opentelemetry-collector")).toThrow(/image.repository/);
  });
});

describe("another release name and namespace", () => {
  it("show in names, references and subjects", () => {
    const objects = render("cert-manager", {}, "pki", "certs");
    const binding = named(objects, "ClusterRoleBinding", "certs-cert-manager-controller-issuers");
    expect(binding?.subjects).toEqual([
      { kind: "ServiceAccount", name: "certs-cert-manager", namespace: "pki" },
    ]);
    expect(named(objects, "Deployment", "certs-cert-manager-webhook")?.metadata.namespace).toBe("pki");
  });
});

describe("finding a chart", () => {
  it("knows its repositories, with and without OCI's scheme", () => {
    expect(findChart({ chart: "cert-manager", repository: "https://charts.jetstack.io/" }).version).toBe(
      "v1.21.1",
    );
    expect(
      findChart({ chart: "cert-manager", repository: "oci://quay.io/jetstack/charts", version: "1.21.1" })
        .chart,
    ).toBe("cert-manager");
    expect(findChart({ chart: "oci://quay.io/jetstack/charts/cert-manager" }).chart).toBe("cert-manager");
    expect(() => findChart({ chart: "cert-manager", repository: "https://example.com" })).toThrow(
      ChartNotFoundError,
    );
  });
});

describe("judging values", () => {
  it.each([
    ["argo-cd", { redis: { replicas: 3 } }, 1],
    ["argo-cd", { server: { replicas: 2 }, configs: { params: { "server.insecure": true } } }, 0],
    ["external-secrets", { crds: { install: true } }, 1],
    ["kube-prometheus-stack", { prometheus: { retention: "15d" } }, 1],
    ["kube-prometheus-stack", { prometheus: { prometheusSpec: { retention: "15d" } } }, 0],
    ["ingress-nginx", { controller: { replicaCount: 2, config: { anything: "goes" } } }, 0],
    ["ingress-nginx", { controller: { replicas: 2 } }, 1],
    ["metrics-server", { replicas: [1] }, 1],
  ])("finds what %s would not read in %j", (name, values, problems) => {
    expect(judgeValues(chart(name), values as Values)).toHaveLength(problems);
  });
});

describe("set", () => {
  it.each([
    ["true", true],
    ["12", 12],
    ["012", "012"],
    ["1.5", "1.5"],
    ["null", null],
    ["{a,b}", ["a", "b"]],
  ])("reads %s as Helm does", (text, value) => {
    expect(setValue(text, "auto")).toEqual(value);
    expect(setValue(text, "string")).toBe(text);
  });

  it("reaches keys with dots and items of lists", () => {
    expect(withSet({ a: [{ b: 1 }] }, "a[1].c\\.d", "x")).toEqual({ a: [{ b: 1 }, { "c.d": "x" }] });
  });
});
