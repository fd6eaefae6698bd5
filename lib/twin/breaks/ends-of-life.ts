import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

/** Software that runs as ever, and that nobody mends any more. */
export const END_OF_LIFE_BREAKS: readonly Break[] = [
  {
    name: "kubernetes-out-of-support",
    description: "everything runs, and EKS has ended standard support of the cluster's version a week ago",
    prepare: ({ world }) => addFault(world, { kind: "support-ended", version: "1.35", days: 7 }),
  },
  lying("chart-ended", "logs are still sent by Promtail, which nobody mends since March 2026", {
    apiVersion: "apps/v1",
    objectKind: "DaemonSet",
    namespace: "logging",
    name: "promtail",
    isInvented: true,
    says: { metadata: { labels: { "helm.sh/chart": "promtail-6.17.1" } } },
  }),
  lying("runtime-ended", "every node is ready, and runs Amazon Linux 2, which nobody mends since June 2026", {
    apiVersion: "v1",
    objectKind: "Node",
    name: "*",
    says: { status: { nodeInfo: { osImage: "Amazon Linux 2" } } },
  }),
];
