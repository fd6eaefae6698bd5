/** HorizontalPodAutoscaler, PodDisruptionBudget, and what KEDA and Karpenter scale. */
import { conditionThatIs, judgedByReady, wordsOf } from "./conditions.ts";
import { type Condition, ConditionsSchema, type Subject } from "./subject.ts";
import { failed, type Health, healthy, progressing, suspended } from "./verdict.ts";

/** Where autoscaling/v1 keeps its conditions, as JSON. */
const V1_CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";

function scalerConditions({ conditions, annotations }: Subject): readonly Condition[] {
  const json = annotations[V1_CONDITIONS];
  if (conditions.length > 0 || json === undefined) return conditions;
  try {
    return ConditionsSchema.safeParse(JSON.parse(json)).data ?? [];
  } catch {
    return [];
  }
}

/** `ScalingActive: False` with ScalingDisabled is a target that somebody scaled to zero: no failure. */
export function judgeAutoscaler(subject: Subject): Health {
  const conditions = scalerConditions(subject);
  const wrong = conditions.find(
    ({ type, status, reason }) =>
      (type === "AbleToScale" || type === "ScalingActive") &&
      status === "False" &&
      /^(Failed|Invalid|Ambiguous)/.test(reason ?? ""),
  );
  if (wrong) return failed(wordsOf(wrong));
  const able =
    conditionThatIs(conditions, "AbleToScale", "True") ??
    conditionThatIs(conditions, "ScalingLimited", "True");
  return able ? healthy(wordsOf(able)) : progressing("it has not looked at its target yet");
}

/** Too few pods for a disruption is what a budget is for; a budget that cannot be computed protects nothing. */
export function judgeBudget({ conditions, observed }: Subject): Health {
  const wrong = conditions.find(({ status, reason }) => status === "False" && reason !== "InsufficientPods");
  if (wrong) return failed(wordsOf(wrong));
  return observed ? healthy("it is computed") : progressing("it is not computed yet");
}

/**
 * ScaledObject and ScaledJob. A fallback scales by a fixed number because the metric cannot be had. A ScaledObject
 * begins with `Ready: Unknown`; a job that has it lost its scaler.
 */
export function judgeScaled({ kind, conditions }: Subject): Health {
  const wrong =
    conditionThatIs(conditions, "Ready", "False") ??
    conditionThatIs(conditions, "Fallback", "True") ??
    (kind === "ScaledJob" ? conditionThatIs(conditions, "Ready", "Unknown") : undefined);
  if (wrong) return failed(wordsOf(wrong));
  const paused = conditionThatIs(conditions, "Paused", "True");
  if (paused && conditionThatIs(conditions, "Ready", "True")) return suspended(wordsOf(paused));
  return judgedByReady({ conditions });
}

export function judgeNodeClaim(subject: Subject): Health {
  const going = conditionThatIs(subject.conditions, "Disrupting", "True");
  return going ? suspended(wordsOf(going)) : judgedByReady(subject);
}
