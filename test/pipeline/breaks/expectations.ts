/** Where each break of the twin must end; groups, so that their tests run side by side. */
import type { GroundLayer } from "../ground.ts";
import type { ProvenBreak } from "./prove-breaks.ts";

export interface Expected {
  /** The layer after which the world was kept that the break is tried in; absent: an empty world. */
  readonly from?: GroundLayer;
  readonly layers: readonly string[];
  readonly status: "FAILED" | "ABORTED" | "SUCCEEDED";
  /** State at which the run must fail. */
  readonly step?: string;
  /** Gates that cannot pass either, because what they ask needs the same; none is blamed for anything else. */
  readonly also?: readonly string[];
  /** What the run's cause must say to a stranger. */
  readonly says?: RegExp;
}

type Expectations = Readonly<Record<string, Expected>>;

/** Breaks of the first layer and of the control plane itself, each from an empty world. */
export const BUILDING: Expectations = {
  "cluster-never-active": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Apply foundation",
    says: /waiting for EKS Cluster \(prod\).*to become ACTIVE.*timeout: 30m/,
  },
  "node-group-fails": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Apply foundation",
    says: /EKS Node Group.*NodeCreationFailure/,
  },
  "build-killed": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Apply foundation",
    says: /INTERNAL_SERVICE_ERROR: The build container was lost/,
  },
  "execution-stopped": { layers: ["foundation"], status: "ABORTED", says: /stopped from the console/ },
  "plan-tampered": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Apply foundation",
    says: /EvidenceMismatchError.*plan\.tfplan/,
  },
  "api-throttled": { layers: ["foundation"], status: "SUCCEEDED" },
};

/** Breaks of the layers on a cluster. */
export const PLATFORM: Expectations = {
  "state-locked": {
    from: "foundation",
    layers: ["platform-step02"],
    status: "FAILED",
    step: "Plan platform-step02",
    says: /state lock.*operator@laptop/,
  },
  "webhook-without-ca": {
    from: "foundation",
    layers: ["platform-step02"],
    status: "FAILED",
    step: "Prove platform-step02: webhooks",
    says: /cert-manager-webhook/,
  },
  "zone-never-delegated": {
    from: "platform-step02",
    layers: ["platform-step03"],
    status: "FAILED",
    step: "Prove platform-step03: delegation",
    says: /zone strata\.example: observed not delegated.*awsdns.*1440 min are over/,
  },
  "record-not-propagating": {
    from: "platform-step02",
    layers: ["platform-step03"],
    status: "FAILED",
    step: "Prove platform-step03: dns",
    says: /app\.strata\.example/,
  },
  "build-fails": {
    from: "platform-step03",
    layers: ["app", "observability"],
    status: "FAILED",
    step: "Apply observability",
    says: /BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE/,
  },
};

/** Breaks of what Argo CD runs. */
export const APPLICATION: Expectations = {
  "argocd-degraded": {
    from: "platform-step03",
    layers: ["app"],
    status: "FAILED",
    step: "Prove app: argocd",
    says: /Deployment onlineboutique\/adservice.*ProgressDeadlineExceeded/,
  },
  "argocd-out-of-sync": {
    from: "platform-step03",
    layers: ["app"],
    status: "FAILED",
    step: "Prove app: argocd",
    says: /OutOfSync/,
  },
  "image-unpullable": {
    from: "platform-step03",
    layers: ["app"],
    status: "FAILED",
    step: "Prove app: argocd",
    // Without the frontend nobody answers at the door.
    also: ["Prove app: endpoint"],
    says: /frontend/,
  },
};

/** Breaks between the app and its certificate authority. */
export const CERTIFICATES: Expectations = {
  "certificate-not-issued": {
    from: "platform-step03",
    layers: ["app"],
    status: "FAILED",
    step: "Prove app: certificate",
    says: /frontend-tls/,
  },
  "certificate-from-staging": {
    from: "platform-step03",
    layers: ["app"],
    status: "FAILED",
    step: "Prove app: certificate",
    says: /staging/i,
  },
};

/** Breaks of what the world sees, found while the layer concerned is deployed. */
export const OUTSIDE: Expectations = {
  "site-replaced": {
    from: "platform-step03",
    layers: ["app"],
    status: "FAILED",
    step: "Prove app: endpoint",
    says: /Online Boutique.*It works!|It works!.*Online Boutique/,
  },
  "backups-archived": {
    from: "platform-step02",
    layers: ["resilience"],
    status: "FAILED",
    step: "Prove resilience: retention",
    says: /move-to-glacier.*GLACIER/,
  },
};

/** Breaks of a world that stands, found by the gates alone. */
export const PROVEN: Readonly<Record<string, ProvenBreak>> = {
  "endpoint-open": { layer: "foundation", gate: "eks", says: /open to 0\.0\.0\.0\/0/ },
  "node-group-unhealthy": { layer: "foundation", gate: "eks", says: /ACTIVE with InsufficientFreeAddresses/ },
  "nodes-too-old": { layer: "foundation", gate: "eks", says: /1\.31.*4 behind/ },
  "balancer-without-targets": {
    layer: "platform-step02",
    gate: "load-balancer",
    says: /0 of 3 healthy.*unhealthy \(Target\.FailedHealthChecks\)/,
  },
  "delegation-partial": {
    layer: "platform-step03",
    gate: "delegation",
    says: /delegated to ns-\S+, ns-\S+ \(says/,
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
  ...APPLICATION,
  ...CERTIFICATES,
  ...OUTSIDE,
};
