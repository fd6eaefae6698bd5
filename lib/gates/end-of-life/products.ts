import type * as z from "zod";
import type { ChartedSchema, Product, RuntimeNodeSchema } from "./facts.ts";

/** `ingress-nginx-4.15.1`, `gateway-helm-v1.9.1`, `external-secrets-2.9.0+build_1` */
const CHART = /^(.+?)-(v?\d+\.\d+\.\d+.*)$/;

/**
 * The charts behind workloads, by the label that charts put on what they make (kube-prometheus-stack's own is `chart`).
 * Helm's release records would name them too, but they are Secrets with every value that was given, and nothing here
 * may read Secrets. @see https://helm.sh/docs/chart_best_practices/labels/
 */
export function chartsOf(workloads: readonly z.infer<typeof ChartedSchema>[]): Product[] {
  const names = workloads.flatMap(
    ({ metadata: { labels } }) => labels?.["helm.sh/chart"] ?? labels?.chart ?? [],
  );
  return [...new Set(names)].sort().flatMap((label) => {
    const [, name, version] = CHART.exec(label) ?? [];
    return name && version ? [{ area: "chart" as const, name, version }] : [];
  });
}

/** `Amazon Linux 2023.6.20250203`, `Amazon Linux 2`, `Bottlerocket OS 1.64.0 (aws-k8s-1.35)` */
const SYSTEM = /^(.+?)\s+v?(\d[\w.-]*)/;

export function runtimesOf(
  nodes: readonly z.infer<typeof RuntimeNodeSchema>[],
  nodeVersion: string,
): Product[] {
  const images = new Set(nodes.flatMap(({ status }) => status?.nodeInfo?.osImage ?? []));
  const systems = [...images].sort().flatMap((image) => {
    const [, name, version] = SYSTEM.exec(image) ?? [];
    return name && version ? [{ area: "runtime" as const, name, version }] : [];
  });
  return [
    // Lambda's runtimes end by their major version; which patch it runs is AWS's matter.
    { area: "runtime", name: "Node.js of the functions", version: nodeVersion.split(".")[0] ?? nodeVersion },
    ...systems,
  ];
}
