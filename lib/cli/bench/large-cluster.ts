/**
 * Judges a cluster of thousands of pods, in a process of its own, as `validate-workloads` would: the API server's
 * pages come from memory, everything after the socket is the real thing. Prints LargeClusterNumbers as JSON.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { clusterReader } from "../../clients/kubernetes/client.ts";
import { APPLICATIONS } from "../../clients/kubernetes/resources.ts";
import { boundFindings } from "../../gates/bound-findings.ts";
import { CLUSTER_GATES } from "../../gates/cluster-gates.ts";
import { healthOf } from "../../gates/health/health-of.ts";

const PODS = 5_000;
const APPLICATIONS_COUNT = 300;
/** One pod in a hundred crashes: findings are many, and only some are kept. */
const CRASHING_EVERY = 100;
const PAGE = 500;

export interface LargeClusterNumbers {
  readonly pods: number;
  readonly applications: number;
  readonly findings: number;
  readonly keptFindings: number;
  readonly unhealthyApplications: number;
  readonly milliseconds: number;
  readonly peakMegabytes: number;
}

/** Bytes that a server's answer carries beside what gates read: managed fields, volumes, hashes. */
const ballast = (seed: string, lines: number): string[] =>
  Array.from({ length: lines }, (_, line) => createHash("sha256").update(`${seed}/${line}`).digest("hex"));

const pod = (index: number): object => ({
  metadata: {
    name: `web-${index}`,
    namespace: "big",
    managedFields: ballast(`pod ${index}`, 60),
  },
  spec: { containers: [{ name: "main", image: "example/web:1" }] },
  status: {
    phase: "Running",
    conditions: [{ type: "PodScheduled", status: "True" }],
    containerStatuses: [
      index % CRASHING_EVERY === 0
        ? {
            name: "main",
            ready: false,
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
          }
        : { name: "main", ready: true, state: { running: {} } },
    ],
  },
});

const deployment = (): object => ({
  metadata: { name: "web", namespace: "big", generation: 1 },
  spec: { replicas: PODS },
  status: { observedGeneration: 1, replicas: PODS, updatedReplicas: PODS, availableReplicas: PODS },
});

const application = (index: number): object => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Application",
  metadata: { name: `shop-${index}`, namespace: "argocd" },
  status: {
    health: { status: index % CRASHING_EVERY === 0 ? "Degraded" : "Healthy" },
    resources: ballast(`application ${index}`, 100),
  },
});

const CONTENT: Readonly<Record<string, { count: number; make: (index: number) => object }>> = {
  pods: { count: PODS, make: pod },
  deployments: { count: 1, make: deployment },
  applications: { count: APPLICATIONS_COUNT, make: application },
};

/** The API server's answer to one page of a list. */
function answer(path: string): { status: number; body: string } {
  const { pathname, searchParams } = new URL(path, "https://cluster");
  const { count = 0, make = () => ({}) } = CONTENT[pathname.split("/").at(-1) ?? ""] ?? {};
  const start = Number(searchParams.get("continue") ?? 0);
  const end = Math.min(count, start + PAGE);
  const items = Array.from({ length: end - start }, (_, offset) => make(start + offset));
  const metadata = end < count ? { continue: String(end) } : {};
  return { status: 200, body: JSON.stringify({ metadata, items }) };
}

async function measure(): Promise<LargeClusterNumbers> {
  const startedAt = performance.now();
  const http = { get: async (path: string) => answer(path), close: () => undefined };
  const cluster = clusterReader(http, async () => "token");
  const gate = CLUSTER_GATES.find(({ kind }) => kind === "workloads");
  if (!gate) throw new Error("there is no gate of kind workloads");
  const now = new Date();
  const findings = await gate.look(
    { kind: "workloads", deadlineMinutes: 10, namespaces: ["big"] },
    {
      ports: { withCluster: (_now, read) => read(cluster) },
      moment: { environment: "bench", domain: "example.com", now },
      runId: "bench",
      until: now,
    },
  );
  const applications = await cluster.list(APPLICATIONS, { namespace: "argocd" }, z.unknown());
  const verdicts = applications.map((each) => healthOf(each, now.getTime()).verdict);
  return {
    pods: PODS,
    applications: applications.length,
    findings: findings.length,
    keptFindings: boundFindings(findings).length,
    unhealthyApplications: verdicts.filter((verdict) => verdict !== "healthy").length,
    milliseconds: Math.round(performance.now() - startedAt),
    // Kilobytes on Linux and macOS: Node converts them. @see process.resourceUsage
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

process.stdout.write(`${JSON.stringify(await measure())}\n`);
