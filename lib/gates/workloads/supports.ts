/** What workloads lean on, judged by what the objects say themselves. */
import * as z from "zod";
import {
  API_SERVICES,
  HORIZONTAL_POD_AUTOSCALERS,
  JOBS,
  PERSISTENT_VOLUME_CLAIMS,
  POD_DISRUPTION_BUDGETS,
  type Resource,
  SERVICES,
} from "../../clients/kubernetes/resources.ts";
import type { Finding } from "../../run/finding.ts";
import { healthOf } from "../health/health-of.ts";
import { MetadataSchema } from "../objects.ts";
import { question } from "../question.ts";

interface SupportKind {
  readonly kind: string;
  readonly resource: Resource;
  /** A warning does not hold a layer up. */
  readonly severity: Finding["severity"];
}

export const SUPPORT_KINDS: readonly SupportKind[] = [
  // The edge's Service has a gate of its own, which is to be blamed alone.
  { kind: "Service", resource: SERVICES, severity: "warning" },
  { kind: "PersistentVolumeClaim", resource: PERSISTENT_VOLUME_CLAIMS, severity: "error" },
  { kind: "HorizontalPodAutoscaler", resource: HORIZONTAL_POD_AUTOSCALERS, severity: "error" },
  { kind: "PodDisruptionBudget", resource: POD_DISRUPTION_BUDGETS, severity: "error" },
  // A chart's or schedule's job that failed was tried again, or will be; what it left out shows elsewhere.
  { kind: "Job", resource: JOBS, severity: "warning" },
];

/** Served by a Service of some namespace: a stale one keeps every namespace from being deleted. */
export const API_SERVICE: SupportKind = { kind: "APIService", resource: API_SERVICES, severity: "error" };

/** The namespace that an APIService is served from; undefined for those of the API server itself. */
export const servedFrom = (apiService: z.infer<typeof SupportItemSchema>): string | undefined =>
  z.object({ spec: z.object({ service: z.object({ namespace: z.string() }) }) }).safeParse(apiService).data
    ?.spec.service.namespace;

/** An item of a list, which names neither its kind nor its version. */
export const SupportItemSchema = z.looseObject({ metadata: MetadataSchema });

export interface Support extends z.infer<typeof SupportItemSchema> {
  readonly apiVersion: string;
  readonly kind: string;
}

export const supportOf = (
  { kind, resource }: SupportKind,
  item: z.infer<typeof SupportItemSchema>,
): Support => ({
  ...item,
  apiVersion: resource.group ? `${resource.group}/${resource.version}` : resource.version,
  kind,
});

/**
 * Only problems are reported: undefined is none. Even what calls itself failed may heal (an autoscaler without
 * metrics at first), so the deadline decides; a lost volume does not come back.
 */
export function judgeSupport(support: Support, now: Date): Finding | undefined {
  const { kind, metadata } = support;
  const { verdict, reason } = healthOf(support, now.getTime());
  if (verdict === "healthy" || verdict === "suspended") return undefined;
  const severity = [...SUPPORT_KINDS, API_SERVICE].find((each) => each.kind === kind)?.severity;
  const ask = question(
    "support-healthy",
    [kind, [metadata.namespace, metadata.name].filter(Boolean).join("/")].join(" "),
    "healthy",
    severity,
  );
  return verdict === "failed" && kind === "PersistentVolumeClaim" ? ask.fail(reason) : ask.pending(reason);
}
