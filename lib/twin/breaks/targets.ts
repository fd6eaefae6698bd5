import { addFault } from "../world/faults.ts";
import type { Break } from "./break.ts";
import { lying } from "./lying.ts";

const STACK = "observability/kube-prometheus-stack";

/** A Prometheus that runs. */
export const TARGET_BREAKS: readonly Break[] = [
  {
    name: "target-refuses",
    description: "the kubelets are ready, and let nobody measure them",
    prepare: ({ world }) =>
      addFault(world, {
        kind: "scrape-refused",
        monitor: `${STACK}-kubelet`,
        error: "server returned HTTP status 401 Unauthorized",
      }),
  },
  {
    name: "targets-not-scraped",
    description: "Prometheus hangs: every target is up, and was so an hour ago",
    prepare: ({ world }) => addFault(world, { kind: "scrapes-stopped", seconds: 3_600 }),
  },
  lying("monitor-selects-nothing", "the monitor of CoreDNS is there, and selects a Service that is not", {
    apiVersion: "monitoring.coreos.com/v1",
    objectKind: "ServiceMonitor",
    namespace: "observability",
    name: "kube-prometheus-stack-coredns",
    says: { spec: { selector: { matchLabels: { app: "core-dns" } } } },
  }),
];
