import { describe, expect, it } from "vitest";
import { BREAKS } from "../../lib/twin/breaks/breaks.ts";
import { lease, runToEnd, withTwin } from "./run-twin.ts";

interface Expected {
  /** The layer after which the world was kept that the break is tried in; absent: an empty world. */
  readonly from?: string;
  readonly layers: readonly string[];
  readonly status: "FAILED" | "ABORTED" | "SUCCEEDED";
  /** State at which the run must fail. */
  readonly step?: string;
  /** What the run's cause must say to a stranger. */
  readonly says?: RegExp;
}

const EXPECTED: Readonly<Record<string, Expected>> = {
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
  "zone-never-delegated": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Prove foundation: delegation",
    says: /zone strata\.example: observed not delegated.*awsdns.*1440 min are over/,
  },
  "record-not-propagating": {
    from: "platform-step02",
    layers: ["platform-step03"],
    status: "FAILED",
    step: "Prove platform-step03: dns",
    says: /app\.strata\.example/,
  },
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
    says: /frontend/,
  },
  "webhook-without-ca": {
    from: "foundation",
    layers: ["platform-step02"],
    status: "FAILED",
    step: "Prove platform-step02: webhooks",
    says: /cert-manager-webhook/,
  },
  "build-fails": {
    from: "platform-step03",
    layers: ["app", "observability"],
    status: "FAILED",
    step: "Apply observability",
    says: /BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE/,
  },
  "build-killed": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Apply foundation",
    says: /INTERNAL_SERVICE_ERROR: The build container was lost/,
  },
  "execution-stopped": { layers: ["foundation"], status: "ABORTED", says: /stopped from the console/ },
  "state-locked": {
    from: "foundation",
    layers: ["platform-step02"],
    status: "FAILED",
    step: "Plan platform-step02",
    says: /state lock.*operator@laptop/,
  },
  "plan-tampered": {
    layers: ["foundation"],
    status: "FAILED",
    step: "Apply foundation",
    says: /EvidenceMismatchError.*plan\.tfplan/,
  },
  "api-throttled": { layers: ["foundation"], status: "SUCCEEDED" },
};

describe("a break", () => {
  it("is known to these tests, each one", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(BREAKS.map(({ name }) => name).sort());
  });

  it.each(Object.entries(EXPECTED))(
    "%s ends where it should, said once, lease freed",
    async (name, expected) => {
      await withTwin(expected.from, async (twin) => {
        const { record, snapshot } = await runToEnd(twin, { operation: "deploy", layers: expected.layers }, [
          name,
        ]);
        const closing = record.notifications.filter(({ event }) => /^run-(succeeded|failed)$/.test(event));
        expect(record.status, record.error?.cause).toBe(expected.status);
        expect(closing.map(({ event }) => event)).toEqual([
          expected.status === "SUCCEEDED" ? "run-succeeded" : "run-failed",
        ]);
        expect(lease(snapshot)).toEqual([]);
        if (expected.says) expect(record.error?.cause).toMatch(expected.says);
        const failed = record.timeline.filter(({ status }) => status === "failed").map(({ step }) => step);
        if (expected.step) expect(failed).toContain(expected.step);
      });
    },
  );
});
