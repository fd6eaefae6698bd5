import type { ApiObject } from "../../api-object.ts";
import { invalid } from "../../status.ts";
import type { WriteRequest } from "../../verbs/write-request.ts";
import { LABEL, LEVELS, levelOf, problemOf, versioned } from "./admission.ts";

const MODES = ["enforce", "warn", "audit"] as const;

/**
 * Throws Invalid (422) for a label that names no standard; warns of pods that are there and would not be let in any
 * more under a stricter `enforce`.
 */
export function checkNamespaceLabels(
  request: WriteRequest,
  namespace: ApiObject,
  before: ApiObject | undefined,
): void {
  const { state, kind, subresource } = request;
  if (kind.group !== "" || kind.plural !== "namespaces" || subresource) return;
  const labels = namespace.metadata.labels ?? {};
  const problems = MODES.filter((mode) => {
    const level = labels[LABEL + mode];
    return level !== undefined && !LEVELS.some((known) => known === level);
  }).map((mode) => ({
    field: `metadata.labels[${LABEL}${mode}]`,
    reason: "FieldValueInvalid" as const,
    message: `Invalid value: ${JSON.stringify(labels[LABEL + mode])}: must be one of ${LEVELS.join(", ")}`,
  }));
  if (problems.length > 0) throw invalid(kind, namespace.metadata.name, problems);
  const level = levelOf(labels, "enforce");
  if (level === levelOf(before?.metadata.labels ?? {}, "enforce")) return;
  const { name } = namespace.metadata;
  const violating = state.store.list(state.builtIn("", "pods"), name).flatMap((pod) => {
    const problem = problemOf(state, pod, level);
    return problem ? [`${pod.metadata.name}: ${problem}`] : [];
  });
  if (violating.length > 0)
    request.warnings.push(
      `existing pods in namespace "${name}" violate the new PodSecurity enforce level "${versioned(labels, "enforce")}"`,
      ...violating,
    );
}
