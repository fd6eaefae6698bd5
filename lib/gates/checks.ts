/**
 * Every question that a gate asks. A check's name is also its heading in the runbook; a test ties the two.
 * Names say what holds when the check passes.
 */
export const CHECKS = [
  "cluster-active",
  "node-groups-active",
  "addons-active",
  "zone-delegated",
  "nodes-ready",
  "enough-nodes",
  "workload-available",
  "workloads-present",
  "pod-starts",
  "support-healthy",
  "crd-established",
  "webhook-trusted",
  "webhook-served",
  "load-balancer-address",
  "load-balancer-reachable",
  "record-published",
  "record-resolves",
  "issuer-ready",
  "store-ready",
  "certificate-ready",
  "certificate-names",
  "certificate-issuer",
  "certificate-in-time",
  "certificate-served",
  "backup-location-available",
  "backup-schedule-enabled",
  "last-backup-complete",
  "application-valid",
  "application-operation",
  "application-synced",
  "application-healthy",
  "application-complete",
] as const;
export type Check = (typeof CHECKS)[number];
