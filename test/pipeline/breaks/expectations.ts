/** Where each break of the twin must end; groups, so that their tests run side by side. */
import type { GroundName } from "../ground.ts";
import type { ProvenBreak } from "./prove-breaks.ts";

export interface Expected {
  /** The layer after which the world was kept that the break is tried in; absent: an empty world. */
  readonly from?: GroundName;
  /** The last one is the one that fails. */
  readonly layers: readonly string[];
  /** Absent: the run succeeds all the same. */
  readonly fails?: {
    /** State at which the run must fail, and the only one. */
    readonly step: string;
    /** What the run's cause and its mail must say to a stranger, on one line. */
    readonly says: RegExp;
  };
}

type Expectations = Readonly<Record<string, Expected>>;

/** Breaks of the first layer and of the control plane itself, each from an empty world. */
export const BUILDING: Expectations = {
  "cluster-never-active": {
    layers: ["foundation"],
    fails: {
      step: "Apply foundation",
      says: /waiting for EKS Cluster \(prod\).*to become ACTIVE.*timeout: 30m/,
    },
  },
  "node-group-fails": {
    layers: ["foundation"],
    fails: { step: "Apply foundation", says: /EKS Node Group.*NodeCreationFailure/ },
  },
  "build-killed": {
    layers: ["foundation"],
    fails: { step: "Apply foundation", says: /INTERNAL_SERVICE_ERROR: The build container was lost/ },
  },
  "plan-tampered": {
    layers: ["foundation"],
    fails: { step: "Apply foundation", says: /EvidenceMismatchError.*plan\.tfplan/ },
  },
  "api-throttled": { layers: ["foundation"] },
};

/** Breaks of the layers on a cluster. */
export const PLATFORM: Expectations = {
  "state-locked": {
    from: "foundation",
    layers: ["platform-step02"],
    fails: { step: "Plan platform-step02", says: /state lock.*operator@laptop/ },
  },
};

/** Breaks that hold nothing up, and are told: a warning each. @see ./outside.test.ts */
export const TOLD: Readonly<Record<string, RegExp>> = {
  "chart-ended": /chart promtail 6\.17\.1.*not maintained since 2026-03-02/,
  "runtime-ended": /runtime Amazon Linux 2.*not maintained since 2026-06-30/,
  "record-lives-long": /app\.strata\.example: 86400 s/,
};

/** Breaks that need a test of their own: of what goes on beside them, or after them. */
export const TRIED_ELSEWHERE = {
  "build-fails": "sibling.test.ts",
  "execution-stopped": "endings.test.ts",
};

const NAMESPACE = "/api/v1/namespaces/onlineboutique";
const FRONTEND = `${NAMESPACE}/pods?labelSelector=app%3Dfrontend`;
const CERTIFICATE = `${NAMESPACE}/secrets/frontend-tls`;

/** Breaks of a world that stands, found by the gates alone. */
export const PROVEN: Readonly<Record<string, ProvenBreak>> = {
  "webhook-without-ca": {
    layer: "platform-step02",
    gate: "webhooks",
    says: /cert-manager-webhook/,
  },
  "zone-never-delegated": {
    layer: "platform-step03",
    gate: "delegation",
    says: /zone strata\.example: observed not delegated.*awsdns/,
  },
  "argocd-degraded": {
    layer: "app",
    gate: "argocd",
    says: /Deployment onlineboutique\/adservice.*ProgressDeadlineExceeded/,
    deletes: ["/apis/apps/v1/namespaces/onlineboutique/deployments/adservice"],
    settleMinutes: 20,
  },
  "argocd-out-of-sync": { layer: "app", gate: "argocd", says: /OutOfSync/, settleMinutes: 10 },
  "image-unpullable": {
    layer: "app",
    gate: "argocd",
    // Without the frontend nobody answers at the door.
    also: ["endpoint"],
    says: /frontend/,
    deletes: [FRONTEND],
    settleMinutes: 15,
  },
  "certificate-not-issued": {
    layer: "app",
    gate: "certificate",
    says: /frontend-tls/,
    deletes: [CERTIFICATE],
    settleMinutes: 10,
  },
  "certificate-from-staging": {
    layer: "app",
    gate: "certificate",
    says: /staging/i,
    deletes: [CERTIFICATE],
    settleMinutes: 10,
  },
  "endpoint-open": { layer: "foundation", gate: "eks", says: /open to 0\.0\.0\.0\/0/ },
  "node-group-unhealthy": { layer: "foundation", gate: "eks", says: /ACTIVE with InsufficientFreeAddresses/ },
  "cluster-unhealthy": { layer: "foundation", gate: "eks", says: /ACTIVE with KmsKeyDisabled/ },
  "addon-degraded": {
    layer: "foundation",
    gate: "eks",
    says: /aws-ebs-csi-driver.*DEGRADED with AccessDenied/,
  },
  "nodes-too-old": { layer: "foundation", gate: "eks", says: /1\.31.*4 behind/ },
  "delegation-partial": {
    layer: "platform-step03",
    gate: "delegation",
    says: /delegated to ns-\S+, ns-\S+ \(says/,
  },
  "record-not-propagating": {
    layer: "platform-step03",
    gate: "dns",
    says: /app\.strata\.example/,
    // Until the resolvers have forgotten the record from before.
    settleMinutes: 5,
  },
  "resolver-stale": {
    layer: "platform-step03",
    gate: "delegation",
    says: /8\.8\.8\.8.*still 198\.51\.100\.9/,
  },
  "record-elsewhere": {
    layer: "platform-step03",
    gate: "dns",
    says: /198\.51\.100\.9, and the edge is at/,
    // Until the resolvers have forgotten the address from before.
    settleMinutes: 5,
  },
};

export const EXPECTATIONS: Expectations = {
  ...BUILDING,
  ...PLATFORM,
};
