import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, CONTROL_PLANE, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type PlannedResource, type Variables, valueAt } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

/** Values of a Helm release, as far down as a test looks. */
// biome-ignore lint/suspicious/noExplicitAny: values of charts have no type
type Values = any;

let providers: EchoProviders;
let layers: LayersOnDisk;
let applied: PlannedResource[];

const plan = async (changes: Variables = {}): Promise<PlannedResource[]> => {
  const planned = await layers.plan("observability", { ...VARIABLES.observability, ...changes });
  if (typeof planned === "string") throw new Error(planned.replaceAll(/\s*│\s*|\s+/g, " "));
  return planned;
};
const ofType = (resources: readonly PlannedResource[], type: string): PlannedResource[] =>
  resources.filter((resource) => resource.type === type);
const valuesOf = (resources: readonly PlannedResource[], release: string): Values => {
  const found = ofType(resources, "helm_release").find(({ values }) => values.name === release);
  return parse(String(valueAt(found, "values", 0)));
};

beforeAll(async () => {
  providers = await serveEchoProviders(ANSWERS);
  layers = new LayersOnDisk(providers);
  await standOn(layers, "foundation", "observability");
  applied = await plan();
});
afterAll(() => {
  providers.close();
  layers.remove();
});

describe("the buckets of logs and traces", () => {
  const SIGNALS = ["logs", "traces"];
  const each = (type: string): Map<string, PlannedResource> =>
    new Map(
      ofType(applied, type).map(
        (resource) => [/"(\w+)"/.exec(resource.address)?.[1] ?? "", resource] as const,
      ),
    );

  it("are one for each, named after environment, account and region", () => {
    expect([...each("aws_s3_bucket").values()].map(({ values }) => values.bucket).sort()).toEqual([
      "demo-logs-111122223333-eu-central-1",
      "demo-traces-111122223333-eu-central-1",
    ]);
  });

  it.each(SIGNALS)("of %s are encrypted, versioned, closed to the public and to plain HTTP", (signal) => {
    const rule = ["rule", 0] as const;
    const key = ["apply_server_side_encryption_by_default", 0] as const;
    const encryption = each("aws_s3_bucket_server_side_encryption_configuration").get(signal);
    expect(valueAt(encryption, ...rule, ...key)).toMatchObject({
      sse_algorithm: "aws:kms",
      kms_master_key_id: ofType(applied, "aws_kms_key")[0]?.values.arn,
    });
    expect(each("aws_s3_bucket_public_access_block").get(signal)?.values).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(
      valueAt(each("aws_s3_bucket_versioning").get(signal), "versioning_configuration", 0),
    ).toMatchObject({
      status: "Enabled",
    });
    expect(each("aws_s3_bucket_policy").get(signal)?.values.policy).toContain("aws:SecureTransport");
  });

  it("outlive what the stores delete themselves, by a week", () => {
    const days = (signal: string): unknown =>
      valueAt(each("aws_s3_bucket_lifecycle_configuration").get(signal), "rule", 0, "expiration", 0, "days");
    expect([days("logs"), days("traces")]).toEqual([37, 14]);
    expect(valuesOf(applied, "loki").loki.limits_config.retention_period).toBe("720h");
    expect(valuesOf(applied, "tempo").tempo.retention).toBe("168h");
  });

  it("are used by a role each, which may touch no other", () => {
    const policies = ofType(applied, "aws_iam_role_policy");
    for (const [store, signal, other] of [
      ["loki", "logs", "traces"],
      ["tempo", "traces", "logs"],
    ] as const) {
      const role = policies.find(({ address }) => address.includes(`store_role["${signal}"]`));
      const bucket = String(each("aws_s3_bucket").get(signal)?.values.arn);
      expect(role?.values.policy).toContain(`"${bucket}"`);
      expect(role?.values.policy).not.toContain(`"${String(each("aws_s3_bucket").get(other)?.values.arn)}"`);
      const account = valuesOf(applied, store).serviceAccount;
      expect(account.name).toBe(store);
      expect(account.annotations["eks.amazonaws.com/role-arn"]).toMatch(/^arn:/);
    }
    for (const { values } of ofType(applied, "aws_iam_role"))
      expect(values.permissions_boundary).toBe(CONTROL_PLANE.permissions_boundary_arn);
  });
});

describe("high availability", () => {
  const replicas = (resources: readonly PlannedResource[]): Record<string, number> => {
    const stack = valuesOf(resources, "kube-prometheus-stack");
    const loki = valuesOf(resources, "loki");
    return {
      prometheus: stack.prometheus.prometheusSpec.replicas,
      alertmanager: stack.alertmanager.alertmanagerSpec.replicas,
      loki: loki.singleBinary.replicas,
      copies: loki.loki.commonConfig.replication_factor,
      collector: valuesOf(resources, "opentelemetry-collector").replicaCount,
      generated: valuesOf(resources, "tempo").tempo.metricsGenerator.storage.remote_write.length,
    };
  };

  it("is three of what needs a majority and two of what is whole by itself", () => {
    expect(replicas(applied)).toEqual({
      prometheus: 2,
      alertmanager: 3,
      loki: 3,
      copies: 3,
      collector: 2,
      generated: 2,
    });
  });

  it("can be done without, all at once, with no disruption budget that would block a drain", async () => {
    const single = await plan({ high_availability: false });
    expect(new Set(Object.values(replicas(single)))).toEqual(new Set([1]));
    expect(valuesOf(single, "loki").singleBinary.podDisruptionBudget.enabled).toBe(false);
    expect(valuesOf(single, "opentelemetry-collector").podDisruptionBudget.enabled).toBe(false);
  });
});

describe("alerts", () => {
  const ARN = "arn:aws:sns:eu-central-1:111122223333:alerts";
  const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  it("are kept in the cluster, without a role, as long as no topic is named", () => {
    const { config, serviceAccount } = valuesOf(applied, "kube-prometheus-stack").alertmanager;
    expect([config.route.receiver, config.receivers]).toEqual(["null", [{ name: "null" }]]);
    expect(serviceAccount.annotations).toEqual({});
    expect(applied.filter(({ address }) => address.includes("alertmanager_role"))).toEqual([]);
  });

  it("go to the topic that is named, by a role that may do nothing else", async () => {
    const changes = { alert_topic: { arn: ARN, key_arn: KEY } };
    expect(await layers.apply("observability", { ...VARIABLES.observability, ...changes })).toContain(
      "Apply complete",
    );
    const planned = await plan(changes);
    const { config } = valuesOf(planned, "kube-prometheus-stack").alertmanager;
    expect(config.route.receiver).toBe("topic");
    expect(config.receivers[1].sns_configs[0]).toMatchObject({
      topic_arn: ARN,
      sigv4: { region: "eu-central-1" },
    });
    const role = ofType(planned, "aws_iam_role_policy").find(({ address }) =>
      address.includes("alertmanager"),
    );
    expect(role?.values.policy).toContain(ARN);
    expect(role?.values.policy).toContain(KEY);
  });
});

describe("Grafana", () => {
  it("leads from logs to traces, from traces to logs and metrics, and from metrics to traces", () => {
    const { grafana, prometheus } = valuesOf(applied, "kube-prometheus-stack");
    const [loki, tempo] = grafana.additionalDataSources;
    const [{ datasourceUid, url, matcherRegex }] = loki.jsonData.derivedFields;
    expect([datasourceUid, url]).toEqual(["tempo", "$${__value.raw}"]);
    expect(new RegExp(matcherRegex).exec('{"trace_id":"4bf92f3577b34da6"}')?.[1]).toBe("4bf92f3577b34da6");
    expect(tempo.jsonData.tracesToLogsV2.datasourceUid).toBe("loki");
    expect(tempo.jsonData.tracesToMetrics.datasourceUid).toBe("prometheus");
    expect(grafana.sidecar.datasources.exemplarTraceIdDestinations.datasourceUid).toBe("tempo");
    expect(prometheus.prometheusSpec).toMatchObject({
      enableRemoteWriteReceiver: true,
      enableFeatures: ["exemplar-storage"],
    });
  });

  it("loads the dashboards of this layer, whose panels have expressions", () => {
    const maps = ofType(applied, "kubernetes_config_map_v1");
    const boards = maps.flatMap(({ values }) =>
      Object.values(values.data as Record<string, string>).map((text) => JSON.parse(text) as Values),
    );
    expect(boards.map(({ uid }) => uid).sort()).toEqual([
      "platform-capacity",
      "platform-overview",
      "service-levels",
    ]);
    for (const { panels } of boards) {
      expect(new Set(panels.map(({ id }: Values) => id)).size).toBe(panels.length);
      for (const { targets, title, datasource } of panels) {
        expect(["loki", "prometheus"]).toContain(datasource.uid);
        for (const { expr } of targets) expect(expr, title).toMatch(/\w/);
      }
    }
    for (const map of maps)
      expect(valueAt(map, "metadata", 0, "labels")).toMatchObject({ grafana_dashboard: "1" });
  });
});

describe("the namespace", () => {
  const NODES = 10;
  /** Sidecars get the default of the limit range: reloaders, and those that load Grafana's files. */
  const SIDECARS = 7 + NODES;

  /** CPU in thousandths or memory in MiB, of Kubernetes' way to write it. */
  const amount = (text: string): number => {
    const [, number = "0", unit = ""] = /^(\d+)(m|Mi|Gi)?$/.exec(text) ?? [];
    return Number(number) * (unit === "Gi" ? 1024 : unit === "" ? 1000 : 1);
  };
  const parts = (): [Values, number][] => {
    const stack = valuesOf(applied, "kube-prometheus-stack");
    const { prometheusSpec } = stack.prometheus;
    const { alertmanagerSpec } = stack.alertmanager;
    const { singleBinary } = valuesOf(applied, "loki");
    const collector = valuesOf(applied, "opentelemetry-collector");
    return [
      [prometheusSpec.resources, prometheusSpec.replicas],
      [alertmanagerSpec.resources, alertmanagerSpec.replicas],
      [singleBinary.resources, singleBinary.replicas],
      [collector.resources, collector.replicaCount],
      [valuesOf(applied, "tempo").tempo.resources, 1],
      [stack.grafana.resources, 1],
      [stack.prometheusOperator.resources, 1],
      [stack["kube-state-metrics"].resources, 1],
      [stack["prometheus-node-exporter"].resources, NODES],
      [valuesOf(applied, "alloy").alloy.resources, NODES],
    ];
  };

  it("has room for all that runs on ten nodes, twice", () => {
    const [quota] = ofType(applied, "kubernetes_resource_quota_v1");
    const [range] = ofType(applied, "kubernetes_limit_range_v1");
    const hard = valueAt(quota, "spec", 0, "hard") as Record<string, string>;
    const least = valueAt(range, "spec", 0, "limit", 0, "default_request") as Record<string, string>;
    for (const resource of ["cpu", "memory"]) {
      const asked = parts().map(([resources, count]) => amount(resources.requests[resource]) * count);
      const all = asked.reduce((sum, each) => sum + each, 0) + SIDECARS * amount(least[resource] ?? "");
      expect(Math.min(...asked)).toBeGreaterThan(0);
      expect(amount(hard[`requests.${resource}`] ?? "")).toBeGreaterThanOrEqual(2 * all);
    }
    const pods = parts().reduce((sum, [, count]) => sum + count, 0);
    expect(Number(hard.pods)).toBeGreaterThanOrEqual(2 * pods);
  });

  it("denies what nobody asked for, and opens a door for each who comes from outside", () => {
    const policies = new Map(
      ofType(applied, "kubernetes_network_policy_v1").map((policy) => [
        String(valueAt(policy, "metadata", 0, "name")),
        valueAt(policy, "spec", 0) as Values,
      ]),
    );
    expect(policies.get("default-deny")).toMatchObject({
      policy_types: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    });
    const doors = [...policies].filter(([name]) => name.startsWith("to-"));
    expect(
      doors.map(([name, { ingress }]) => [name, ingress[0].ports.map(({ port }: Values) => port)]).sort(),
    ).toEqual([
      ["to-collector", ["4317", "4318"]],
      ["to-grafana", ["3000"]],
      ["to-operator-webhook", ["10250"]],
      ["to-prometheus", ["9090"]],
      ["to-prometheus-from-api-server", ["9090"]],
      ["to-solver", ["8089"]],
    ]);
    for (const [, { ingress }] of doors) expect(ingress[0].from.length).toBeGreaterThan(0);
  });
});

describe("a wrong variable", () => {
  it.each([
    ["that lets S3 delete before the store does", { retention_days: { logs: 60 } }, /raise lifecycle_days/],
    ["that would let every pod ask Prometheus", { metrics_readers: [] }, /at least one namespace/],
    ["that leaves no room", { quota: { cpu: 1 } }, /leave room for what runs/],
    [
      "with an alias for a key",
      { alert_topic: { arn: "topic", key_arn: "alias/x" } },
      /an alias will not do/,
    ],
    ["of half a day", { lifecycle_days: { logs: 40.5 } }, /whole days/],
    ["that belongs to the platform", { tags: { "strata:layer": "app" } }, /must not begin with strata/],
  ])("%s is refused with a sentence that helps", async (_, changes, complaint) => {
    await expect(plan(changes)).rejects.toThrow(complaint);
  });
});
