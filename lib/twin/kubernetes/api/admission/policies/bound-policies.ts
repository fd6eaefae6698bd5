import type { ClusterState } from "../../cluster-state.ts";
import { type JsonObject, listAt, objectAt, textAt } from "../../json-values.ts";
import { type Policy, policyOf } from "./policy.ts";

const GROUP = "admissionregistration.k8s.io";

export interface Binding {
  readonly name: string;
  /** Narrows what the policy matches. */
  readonly resources: JsonObject;
  /** `Deny`, `Warn`, `Audit` */
  readonly actions: readonly string[];
}

export interface BoundPolicy {
  readonly policy: Policy;
  readonly bindings: readonly Binding[];
}

const kept = new WeakMap<ClusterState, { revision: number; policies: readonly BoundPolicy[] }>();

/** The policies of a cluster that are bound, compiled once for each change of one of them. */
export function boundPolicies(state: ClusterState): readonly BoundPolicy[] {
  const known = kept.get(state);
  if (known?.revision === state.policiesRevision) return known.policies;
  const policies = read(state);
  kept.set(state, { revision: state.policiesRevision, policies });
  return policies;
}

function read(state: ClusterState): BoundPolicy[] {
  const bindings = state.store.list(state.builtIn(GROUP, "validatingadmissionpolicybindings"));
  const policies = state.store.list(state.builtIn(GROUP, "validatingadmissionpolicies"));
  return policies.flatMap((policy) => {
    const own = bindings
      .filter((binding) => textAt(binding, "spec", "policyName") === policy.metadata.name)
      .map((binding) => ({
        name: binding.metadata.name,
        resources: objectAt(binding, "spec", "matchResources") ?? {},
        actions: listAt(binding, "spec", "validationActions").map(String),
      }));
    return own.length > 0 ? [{ policy: policyOf(policy), bindings: own }] : [];
  });
}
