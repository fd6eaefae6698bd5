import { PlanRejectedError } from "../run/errors.ts";
import type { PlanCounts, PlannedChange } from "../run/plan.ts";
import type { PlanJson, ResourceChange } from "./plan-json.ts";

type Action = PlannedChange["action"];

/**
 * Terraform's action lists in a reviewer's words; null changes nothing. `forget` leaves the object alive but
 * unmanaged, so it is a change and no destroy; created anew beside a forgotten one, it is a replacement.
 * @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
const ACTIONS: Readonly<Record<string, Action | null>> = {
  "no-op": null,
  read: null,
  create: "create",
  update: "update",
  delete: "delete",
  forget: "update",
  "delete,create": "replace",
  "create,delete": "replace",
  "create,forget": "replace",
};

/** What the reviewer must see first: what cannot be taken back. */
const URGENCY: Record<Action, number> = { delete: 0, replace: 1, update: 2, create: 3 };

export interface Change extends PlannedChange {
  readonly type: string;
  readonly source: ResourceChange;
}

/** Changes of managed resources, destroys first, then replacements. @throws PlanRejectedError on an unknown action */
export function plannedChanges(plan: PlanJson): Change[] {
  const changes: Change[] = [];
  for (const source of plan.resource_changes) {
    const actions = source.change.actions.join(",");
    const action = ACTIONS[actions];
    if (action === undefined)
      throw new PlanRejectedError(`${source.address}: unknown action "${actions}"; update the review first`);
    if (action === null || source.mode === "data") continue;
    changes.push({ address: source.address, action, type: source.type, source });
  }
  return changes.sort((a, b) => URGENCY[a.action] - URGENCY[b.action]);
}

export function countChanges(changes: readonly PlannedChange[]): PlanCounts {
  const count = (action: Action) => changes.filter((change) => change.action === action).length;
  return {
    add: count("create"),
    change: count("update"),
    replace: count("replace"),
    destroy: count("delete"),
  };
}

/** Outputs alone may change; terraform then says "changes" though no resource does. */
export const changedOutputs = (plan: PlanJson): string[] =>
  Object.entries(plan.output_changes)
    .filter(([, { actions }]) => actions.join(",") !== "no-op")
    .map(([name]) => name);

/** Addresses of protected types that this plan would destroy or replace, beyond those that the run allows. */
export const unallowedDestroys = (
  changes: readonly Change[],
  protects: readonly string[],
  allowDestroy: readonly string[],
): string[] =>
  changes
    .filter(({ action }) => action === "delete" || action === "replace")
    .filter(({ type, address }) => protects.includes(type) && !allowDestroy.includes(address))
    .map(({ address }) => address);
