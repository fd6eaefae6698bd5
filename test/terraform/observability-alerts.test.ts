import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type EchoProviders, serveEchoProviders } from "./echo-providers.ts";
import { ANSWERS, VARIABLES } from "./environment.ts";
import { LayersOnDisk, type Variables } from "./planned-layer.ts";
import { standOn } from "./stand-on.ts";

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Planned {
  readonly rules: readonly Rule[];
  readonly disabled: readonly string[];
}

let providers: EchoProviders;
let layers: LayersOnDisk;
let planned: Planned;

/** The rules that the layer gives to the chart of Prometheus. */
async function plan(changes: Variables = {}): Promise<Planned> {
  const resources = await layers.plan("observability", { ...VARIABLES.observability, ...changes });
  if (typeof resources === "string") throw new Error(resources);
  const release = resources.find(({ values }) => values?.name === "kube-prometheus-stack");
  const [text = ""] = (release?.values.values ?? []) as string[];
  const values = parse(text) as {
    additionalPrometheusRulesMap: Record<string, { groups: { name: string; rules: Rule[] }[] }>;
    defaultRules: { disabled: Record<string, boolean> };
  };
  const groups = Object.values(values.additionalPrometheusRulesMap).flatMap((map) => map.groups);
  return {
    rules: groups.flatMap(({ rules }) => rules),
    disabled: Object.keys(values.defaultRules.disabled),
  };
}

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

const headings = (): string[] =>
  [...readFileSync("docs/alerts.md", "utf8").matchAll(/^### (.+)$/gm)].map(([, heading = ""]) => heading);
const alerts = (): Rule[] => planned.rules.filter(({ alert }) => alert !== undefined);

/** Brackets that are never closed, outside of strings; the parser of Prometheus is not here. */
function unclosed(expression: string): number {
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const count = (characters: RegExp): number => bare.match(characters)?.length ?? 0;
  return (
    Math.abs(count(/\(/g) - count(/\)/g)) +
    Math.abs(count(/\[/g) - count(/\]/g)) +
    Math.abs(count(/\{/g) - count(/\}/g)) +
    (count(/"/g) % 2)
  );
}

describe("the alerts", () => {
  it("have a heading each in docs/alerts.md, which has no other", () => {
    expect([...new Set(alerts().map(({ alert }) => alert))].sort()).toEqual(headings().sort());
  });

  it("say how bad it is, what happened, and lead to their heading", () => {
    for (const { alert, labels, annotations } of alerts()) {
      expect(["critical", "warning"], alert).toContain(labels.severity);
      expect(annotations?.summary?.length, alert).toBeGreaterThan(20);
      expect(annotations?.runbook_url).toBe(`docs/alerts.md#${alert?.toLowerCase()}`);
    }
  });

  it("watch every part of the platform", () => {
    const text = alerts()
      .map(({ expr }) => expr)
      .join("\n");
    for (const metric of [
      "kube_node_status_condition",
      "kubelet_volume_stats_available_bytes",
      "cluster_autoscaler_",
      "certmanager_certificate_renewal_timestamp_seconds",
      "externalsecret_status_condition",
      "argocd_app_info",
      "velero_backup_last_successful_timestamp",
      "velero_volume_snapshot_failure_total",
      "prometheus_tsdb_",
      "loki_",
      "tempo_",
    ])
      expect(text).toContain(metric);
  });

  it("call a backup too old after its own schedule's period", () => {
    const expression = alerts().find(({ alert }) => alert === "BackupTooOld")?.expr ?? "";
    expect(expression).toContain('schedule="velero-daily"}) > 93600');
    expect(expression).toContain('schedule="velero-weekly"}) > 648000');
    expect(expression).toContain('schedule="velero-monthly"}) > 2764800');
  });

  it("take the place of the chart's alerts for the same fault", () => {
    expect(planned.disabled).toEqual(
      expect.arrayContaining(["KubeNodeNotReady", "KubePodCrashLooping", "KubePersistentVolumeFillingUp"]),
    );
  });

  it("close every bracket", () => {
    expect(unclosed('sum(rate(a{b="("}[5m])')).toBe(1);
    for (const { expr, alert, record } of planned.rules) expect(unclosed(expr), alert ?? record).toBe(0);
  });
});

describe("the objectives", () => {
  const of = (slo: string): Rule[] => planned.rules.filter(({ labels }) => labels.slo === slo);
  const windows = (expression: string): [string, number][] =>
    [...expression.matchAll(/ratio_rate(\w+)\{[^}]*\} > ([\d.]+)/g)].map(([, window = "", bound]) => [
      window,
      Number(bound),
    ]);

  it.each(["app-availability", "app-latency", "edge-availability", "edge-latency"])(
    "of %s are recorded over every window that an alert asks for",
    (slo) => {
      const recorded = of(slo).flatMap(({ record }) => record ?? []);
      const asked = of(slo)
        .filter(({ alert }) => alert)
        .flatMap(({ expr }) => windows(expr))
        .map(([window]) => `slo:bad_requests:ratio_rate${window}`);
      expect(new Set(asked).size).toBe(7);
      expect(recorded).toEqual(
        expect.arrayContaining([...asked, "slo:objective:ratio", "slo:error_budget_remaining:ratio30d"]),
      );
      for (const { expr } of of(slo)) expect(expr).not.toContain("WINDOW");
    },
  );

  it("burn at 14.4, 6, 3 and 1 times the permitted pace, each over its long and its short window", () => {
    const alerting = of("app-availability").filter(({ alert }) => alert);
    expect(alerting.map(({ alert, labels, expr }) => [alert, labels.severity, windows(expr)])).toEqual([
      [
        "ErrorBudgetBurnsFast",
        "critical",
        [
          ["1h", 0.0144],
          ["5m", 0.0144],
          ["6h", 0.006],
          ["30m", 0.006],
        ],
      ],
      [
        "ErrorBudgetBurnsSlowly",
        "warning",
        [
          ["1d", 0.003],
          ["2h", 0.003],
          ["3d", 0.001],
          ["6h", 0.001],
        ],
      ],
    ]);
  });

  it("follow the variable, and the edge", async () => {
    const { rules } = await plan({
      edge: "envoy",
      objectives: { app: { availability: 99.5, fast_seconds: 0.25 } },
    });
    const texts = rules.filter(({ labels }) => labels.slo?.startsWith("app")).map(({ expr }) => expr);
    expect(texts).toContain("vector(0.995000)");
    expect(texts.join()).toContain("> 0.072000 ");
    expect(texts.join()).toContain('le=~"250([.]0)?"');
    expect(texts.join()).not.toContain("nginx");
  });

  it.each([
    ["looser than any alert could tell", { objectives: { app: { availability: 90 } } }, /94 to 99.99/],
    ["between two bounds of the histogram", { objectives: { edge: { fast_seconds: 0.3 } } }, /histograms/],
    ["over days that are not kept", { retention_days: { metrics: 15 } }, /must be 30 or more/],
  ])("are refused %s", async (_, changes, complaint) => {
    const refusal = await plan(changes).catch((error: Error) => error.message.replace(/\s*│\s*|\s+/g, " "));
    expect(refusal).toMatch(complaint);
  });
});

describe("the runbook's address", () => {
  it("is where the people on call read it", async () => {
    const { rules } = await plan({ runbook_url: "https://git.example.com/alerts.md" });
    expect(rules.find(({ alert }) => alert === "NodeNotReady")?.annotations?.runbook_url).toBe(
      "https://git.example.com/alerts.md#nodenotready",
    );
  });

  it("is refused with a fragment", async () => {
    await expect(plan({ runbook_url: "https://git.example.com/alerts.md#top" })).rejects.toThrow(
      /without a fragment/,
    );
  });
});
