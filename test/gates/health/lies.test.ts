import { describe, expect, it } from "vitest";
import { healthOf } from "../../../lib/gates/health/health-of.ts";
import { conditions, NOW, type Parts, verdictOf } from "./object-of.ts";

type Row = readonly [lie: string, verdict: string, apiVersion: string, kind: string, parts: Parts];

const accepted = (generation: number, said: Readonly<Record<string, string>>) => ({
  conditions: conditions(said, { observedGeneration: generation }),
});
const YES = { Accepted: "True", ResolvedRefs: "True", Programmed: "True" };
const GATEWAY = "gateway.networking.k8s.io/v1";
const [BEFORE, AFTER] = [new Date(NOW).toISOString(), new Date(NOW + 1).toISOString()];

/** Objects that look healthy, or broken, to whoever looks at one field only. */
const LIES: readonly Row[] = [
  [
    "a certificate that is ready while it is renewed",
    "healthy",
    "cert-manager.io/v1",
    "Certificate",
    { status: { notAfter: AFTER }, says: { Ready: "True", Issuing: "True" } },
  ],
  [
    "a certificate that calls itself ready after its end",
    "failed",
    "cert-manager.io/v1",
    "Certificate",
    { status: { notAfter: BEFORE }, says: { Ready: "True" } },
  ],
  [
    "a certificate that is issued for the first time",
    "progressing",
    "cert-manager.io/v1",
    "Certificate",
    { says: { Ready: "False/DoesNotExist", Issuing: "True/DoesNotExist" } },
  ],
  [
    "a certificate whose issuance has failed",
    "failed",
    "cert-manager.io/v1",
    "Certificate",
    { says: { Ready: "False/DoesNotExist", Issuing: "False/Failed" } },
  ],
  ["an issuer without status", "progressing", "cert-manager.io/v1", "ClusterIssuer", {}],
  [
    "an order that is ready, and not done",
    "progressing",
    "acme.cert-manager.io/v1",
    "Order",
    { status: { state: "ready" } },
  ],
  [
    "a challenge that cert-manager gave up",
    "failed",
    "acme.cert-manager.io/v1",
    "Challenge",
    { status: { state: "errored" } },
  ],
  [
    "a backup that finalizes what failed in part",
    "progressing",
    "velero.io/v1",
    "Backup",
    { status: { phase: "FinalizingPartiallyFailed" } },
  ],
  [
    "a backup that failed in part",
    "failed",
    "velero.io/v1",
    "Backup",
    { status: { phase: "PartiallyFailed" } },
  ],
  ["a backup without phase", "progressing", "velero.io/v1", "Backup", {}],
  [
    "a schedule that is enabled and paused",
    "suspended",
    "velero.io/v1",
    "Schedule",
    { spec: { paused: true }, status: { phase: "Enabled" } },
  ],
  [
    "a location that cannot be reached",
    "failed",
    "velero.io/v1",
    "BackupStorageLocation",
    { status: { phase: "Unavailable" } },
  ],
  [
    "an application without health",
    "progressing",
    "argoproj.io/v1alpha1",
    "Application",
    { status: { sync: { status: "Synced" } } },
  ],
  [
    "an application that is synced and degraded",
    "failed",
    "argoproj.io/v1alpha1",
    "Application",
    { status: { sync: { status: "Synced" }, health: { status: "Degraded" } } },
  ],
  [
    "an application whose resources are missing",
    "missing",
    "argoproj.io/v1alpha1",
    "Application",
    { status: { health: { status: "Missing" } } },
  ],
  [
    "an external secret that has not synced yet",
    "progressing",
    "external-secrets.io/v1",
    "ExternalSecret",
    {},
  ],
  [
    "a secret in some namespaces only",
    "failed",
    "external-secrets.io/v1",
    "ClusterExternalSecret",
    { says: { PartiallyReady: "True" } },
  ],
  [
    "a secret that was in some namespaces only, and now is in all",
    "healthy",
    "external-secrets.io/v1",
    "ClusterExternalSecret",
    { says: { PartiallyReady: "True", Ready: "True" } },
  ],
  [
    "a definition that is established and not structural",
    "failed",
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { says: { Established: "True", NonStructuralSchema: "True" } },
  ],
  [
    "a definition that is being installed",
    "progressing",
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    { says: { NamesAccepted: "True", Established: "False/Installing" } },
  ],
  [
    "an API service without endpoints",
    "progressing",
    "apiregistration.k8s.io/v1",
    "APIService",
    { says: { Available: "False/MissingEndpoints" } },
  ],
  [
    "a load balancer that has a cluster address only",
    "progressing",
    "v1",
    "Service",
    { spec: { type: "LoadBalancer", clusterIP: "10.0.0.1" }, status: { loadBalancer: {} } },
  ],
  ["a lost claim", "failed", "v1", "PersistentVolumeClaim", { status: { phase: "Lost" } }],
  [
    "a budget that cannot be computed, in the second of two conditions",
    "failed",
    "policy/v1",
    "PodDisruptionBudget",
    {
      status: {
        conditions: [
          { type: "DisruptionAllowed", status: "True" },
          { type: "DisruptionAllowed", status: "False", reason: "SyncFailed" },
        ],
      },
    },
  ],
  [
    "a budget that allows no disruption",
    "healthy",
    "policy/v1",
    "PodDisruptionBudget",
    { says: { DisruptionAllowed: "False/InsufficientPods" } },
  ],
  [
    "an autoscaler whose target is scaled to zero",
    "healthy",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { says: { AbleToScale: "True", ScalingActive: "False/ScalingDisabled" } },
  ],
  [
    "an autoscaler that has computed a number and has not come to scale",
    "progressing",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { says: { ScalingActive: "True", ScalingLimited: "False" } },
  ],
  [
    "a scaled object that lives by its fallback",
    "failed",
    "keda.sh/v1alpha1",
    "ScaledObject",
    { says: { Ready: "True", Fallback: "True" } },
  ],
  [
    "a scaled job that has lost its scaler",
    "failed",
    "keda.sh/v1alpha1",
    "ScaledJob",
    { says: { Ready: "Unknown" } },
  ],
  [
    "a scaled object that is new",
    "progressing",
    "keda.sh/v1alpha1",
    "ScaledObject",
    { says: { Ready: "Unknown" } },
  ],
  [
    "a paused scaled object that is broken",
    "failed",
    "keda.sh/v1alpha1",
    "ScaledObject",
    { says: { Ready: "False", Paused: "True" } },
  ],
  [
    "a collector with none of no replicas",
    "failed",
    "opentelemetry.io/v1beta1",
    "OpenTelemetryCollector",
    { spec: { mode: "deployment" }, status: { scale: { statusReplicas: "0/0" } } },
  ],
  [
    "a collector that no node takes",
    "healthy",
    "opentelemetry.io/v1beta1",
    "OpenTelemetryCollector",
    { spec: { mode: "daemonset" }, status: { scale: { statusReplicas: "0/0" } } },
  ],
  [
    "a collector that lives in other pods",
    "healthy",
    "opentelemetry.io/v1beta1",
    "OpenTelemetryCollector",
    { spec: { mode: "sidecar" }, status: { version: "0.158.0" } },
  ],
  [
    "an autoscaler without metrics",
    "failed",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { says: { AbleToScale: "True", ScalingActive: "False/FailedGetResourceMetric" } },
  ],
  [
    "an old autoscaler that hides its failure in an annotation",
    "failed",
    "autoscaling/v1",
    "HorizontalPodAutoscaler",
    {
      metadata: {
        annotations: {
          "autoscaling.alpha.kubernetes.io/conditions": JSON.stringify(
            conditions({ ScalingActive: "False/FailedGetResourceMetric" }),
          ),
        },
      },
      status: { currentReplicas: 1 },
    },
  ],
  [
    "a gateway whose conditions speak of an older generation",
    "progressing",
    GATEWAY,
    "Gateway",
    { status: accepted(1, YES) },
  ],
  [
    "a gateway that is programmed but for one listener",
    "failed",
    GATEWAY,
    "Gateway",
    {
      status: {
        ...accepted(2, YES),
        listeners: [accepted(2, { ...YES, ResolvedRefs: "False/InvalidCertificateRef" })],
      },
    },
  ],
  [
    "a route whose former parent refused it",
    "healthy",
    GATEWAY,
    "HTTPRoute",
    { status: { parents: [accepted(1, { Accepted: "False" }), accepted(2, YES)] } },
  ],
  ["a route that nobody has accepted", "progressing", GATEWAY, "HTTPRoute", { status: { parents: [] } }],
  [
    "a snapshot with an error",
    "failed",
    "snapshot.storage.k8s.io/v1",
    "VolumeSnapshot",
    { status: { readyToUse: false, error: { message: "no rights" } } },
  ],
  [
    "a snapshot that is ready after an error",
    "healthy",
    "snapshot.storage.k8s.io/v1",
    "VolumeSnapshot",
    { status: { readyToUse: true, error: { message: "timed out once" } } },
  ],
  [
    "a Prometheus of which no pod is ready",
    "failed",
    "monitoring.coreos.com/v1",
    "Prometheus",
    { says: { Reconciled: "True", Available: "False/NoPodReady" } },
  ],
  [
    "a Prometheus of which some pods are ready",
    "progressing",
    "monitoring.coreos.com/v1",
    "Prometheus",
    { says: { Reconciled: "True", Available: "Degraded/SomePodsNotReady" } },
  ],
  [
    "a kind that nobody knows, without Ready",
    "unknown",
    "example.com/v1",
    "Thing",
    { status: { phase: "Active" } },
  ],
  [
    "a kind that nobody knows, not ready",
    "progressing",
    "example.com/v1",
    "Thing",
    { says: { Ready: "False" } },
  ],
];

describe("health is not fooled by", () => {
  it.each(LIES)("%s: %s", (_, verdict, apiVersion, kind, parts) => {
    expect(verdictOf(apiVersion, kind, parts)).toBe(verdict);
  });

  it.each([
    ["a text in place of conditions", { apiVersion: "v1", kind: "Pod", status: { conditions: "many" } }],
    ["a list in place of an object", []],
    ["nothing", null],
  ])("%s, which is unknown and not an exception", (_, object) => {
    const { verdict, reason } = healthOf(object, NOW);
    expect(verdict).toBe("unknown");
    expect(reason).toMatch(/cannot be read/);
  });

  it("gives the object's own words as the reason", () => {
    const object = {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      status: {
        conditions: [{ type: "Ready", status: "False", reason: "ErrInitIssuer", message: "no such key" }],
      },
    };
    expect(healthOf(object, NOW).reason).toBe("Ready is False: no such key");
  });
});
