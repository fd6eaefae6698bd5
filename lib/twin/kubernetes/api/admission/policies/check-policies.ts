import { ApiError, qualified } from "../../status.ts";
import type { Attributes } from "../attributes.ts";
import { type Binding, boundPolicies } from "./bound-policies.ts";
import { firstLine } from "./expression.ts";
import { constraintsMatch } from "./matching.ts";
import type { Policy, Validation } from "./policy.ts";
import { Variables } from "./variables.ts";

const GROUP = "admissionregistration.k8s.io";
/** Policies must not be able to lock everybody out, so these kinds are out of their reach. */
const BEYOND = ["validatingadmissionpolicies", "validatingadmissionpolicybindings"];

/**
 * Asks the cluster's ValidatingAdmissionPolicies. Throws what a `Deny` says; a `Warn` becomes a warning.
 * @see k8s.io/apiserver/pkg/admission/plugin/policy/validating
 */
export function checkPolicies(attributes: Attributes): void {
  const { kind, state } = attributes.request;
  if (kind.group === GROUP && BEYOND.includes(kind.plural)) return;
  const bound = boundPolicies(state);
  if (bound.length === 0) return;
  const variables = new Variables(attributes);
  for (const { policy, bindings } of bound) {
    if (!constraintsMatch(policy.constraints, attributes, false)) continue;
    const chosen = bindings.filter(({ resources }) => constraintsMatch(resources, attributes, true));
    if (chosen.length > 0) askPolicy(policy, chosen, variables, attributes);
  }
}

function askPolicy(
  policy: Policy,
  bindings: readonly Binding[],
  variables: Variables,
  attributes: Attributes,
): void {
  variables.enter(policy);
  const holds = evaluated(() => policy.conditions.every(({ evaluate }) => evaluate(variables) === true));
  if (holds.value === false) return;
  const problem = holds.error
    ? failure(policy, `match conditions: ${holds.error}`)
    : firstProblem(policy, variables);
  if (!problem) return;
  for (const { name, actions } of bindings) {
    const text = `ValidatingAdmissionPolicy '${policy.name}' with binding '${name}' denied request: ${problem.message}`;
    if (actions.includes("Deny")) throw denied(attributes, text, problem.reason);
    if (actions.includes("Warn"))
      attributes.request.warnings.push(
        `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${name}': ${problem.message}`,
      );
  }
}

interface Problem {
  readonly message: string;
  readonly reason: string;
}

/** What cannot be decided is a refusal, unless the policy says otherwise. */
const failure = (policy: Policy, message: string): Problem | undefined =>
  policy.ignoresFailures ? undefined : { message, reason: "Invalid" };

function firstProblem(policy: Policy, variables: object): Problem | undefined {
  for (const validation of policy.validations) {
    const { value, error } = evaluated(() => validation.evaluate(variables));
    if (error !== undefined) {
      const problem = failure(policy, `expression '${validation.text}' resulted in error: ${error}`);
      if (problem) return problem;
    } else if (value !== true)
      return { message: messageOf(validation, variables), reason: validation.reason };
  }
  return undefined;
}

function messageOf({ text, message, messageExpression }: Validation, variables: object): string {
  const computed = messageExpression && evaluated(() => messageExpression(variables)).value;
  if (typeof computed === "string" && computed.trim() !== "") return computed;
  return message ?? `failed expression: ${text.trim()}`;
}

function evaluated(run: () => unknown): { value?: unknown; error?: string } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: firstLine((error as Error).message) };
  }
}

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
};

/** The words are those of a 403 whatever the code is, as upstream makes it. */
function denied({ request: { kind }, name }: Attributes, text: string, reason: string): ApiError {
  return new ApiError(CODES[reason] ?? 422, reason, `${qualified(kind)} "${name}" is forbidden: ${text}`, {
    name,
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.plural,
    causes: [{ message: text }],
  });
}
