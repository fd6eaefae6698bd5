/**
 * Judges a cluster of thousands of pods and hundreds of Applications, in a process of its own, as `validate-workloads`
 * and `validate-argocd` would: the API server's pages come from memory, everything after the socket is the real
 * thing. Prints LargeClusterNumbers as JSON.
 */
import { createHash } from "node:crypto";
import { clusterReader } from "../../clients/kubernetes/client.ts";
import { ArgocdExpectationSchema } from "../../gates/argocd/expectation.ts";
import { judgeArgocd } from "../../gates/argocd/judge.ts";
import { observeArgocd } from "../../gates/argocd/observe.ts";
import { boundFindings } from "../../gates/bound-findings.ts";
import { CLUSTER_GATES, type ClusterPorts } from "../../gates/cluster-gates.ts";
import { defineGate } from "../../gates/define-gate.ts";

const PODS = 5_000;
const APPLICATIONS_COUNT = 300;
/** One in ten is ill: findings are more than are kept one by one. */
const ILL_EVERY = 10;
const PAGE = 500;

export interface LargeClusterNumbers {
  readonly pods: number;
  readonly applications: number;
  readonly findings: number;
  readonly keptFindings: number;
  readonly illPods: number;
  readonly illApplications: number;
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
      index % ILL_EVERY === 0
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
  spec: { source: { chart: "shop", targetRevision: "1.0.0" }, destination: {} },
  status: {
    health: { status: index % ILL_EVERY === 0 ? "Degraded" : "Healthy" },
    sync: { status: "Synced", revision: "1.0.0" },
    resources: ballast(`application ${index}`, 100).map((name) => ({
      kind: "ConfigMap",
      name,
      status: "Synced",
    })),
  },
});

const CONTENT: Readonly<Record<string, { count: number; make: (index: number) => object }>> = {
  pods: { count: PODS, make: pod },
  deployments: { count: 1, make: deployment },
  applications: { count: APPLICATIONS_COUNT, make: application },
};

/** The API server's answer to one object, or to one page of a list. */
function answer(path: string): { status: number; body: string } {
  const { pathname, searchParams } = new URL(path, "https://cluster");
  const [last = "", before = ""] = pathname.split("/").toReversed();
  if (before === "applications") return json(application(Number(/\d+$/.exec(last)?.[0])));
  const { count = 0, make = () => ({}) } = CONTENT[last] ?? {};
  const start = Number(searchParams.get("continue") ?? 0);
  const end = Math.min(count, start + PAGE);
  const items = Array.from({ length: end - start }, (_, offset) => make(start + offset));
  return json({ metadata: end < count ? { continue: String(end) } : {}, items });
}

const json = (body: object): { status: number; body: string } => ({
  status: 200,
  body: JSON.stringify(body),
});

const ARGOCD = defineGate({
  kind: "argocd",
  expectation: ArgocdExpectationSchema,
  observe: observeArgocd,
  judge: judgeArgocd,
});

async function measure(): Promise<LargeClusterNumbers> {
  const startedAt = performance.now();
  const http = { get: async (path: string) => answer(path), close: () => undefined };
  const cluster = clusterReader(http, async () => "token");
  const workloads = CLUSTER_GATES.find(({ kind }) => kind === "workloads");
  if (!workloads) throw new Error("there is no gate of kind workloads");
  const now = new Date();
  const waiting = {
    ports: { withCluster: (_now, read) => read(cluster) } satisfies ClusterPorts,
    moment: { environment: "bench", domain: "example.com", now },
    runId: "bench",
    until: now,
  };
  const { findings: ofPods } = await workloads.look(
    { kind: "workloads", deadlineMinutes: 10, namespaces: ["big"] },
    waiting,
  );
  const { findings: ofApplications } = await ARGOCD.look(
    { kind: "argocd", deadlineMinutes: 10, namespace: "argocd", application: "shop-1", minimumResources: 20 },
    waiting,
  );
  const kept = [boundFindings(ofPods), boundFindings(ofApplications)].flat();
  return {
    pods: PODS,
    applications: APPLICATIONS_COUNT,
    findings: ofPods.length + ofApplications.length,
    keptFindings: kept.length,
    illPods: ofPods.filter(({ check, status }) => check === "pod-starts" && status !== "pass").length,
    illApplications: ofApplications
      .filter(({ subject }) => subject.startsWith("Application argocd/shop-"))
      .filter(({ severity, status }) => severity === "warning" && status !== "pass").length,
    milliseconds: Math.round(performance.now() - startedAt),
    // Kilobytes on Linux and macOS: Node converts them. @see process.resourceUsage
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
}

process.stdout.write(`${JSON.stringify(await measure())}\n`);
