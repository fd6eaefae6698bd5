import type { Grant } from "../grants.ts";
import type { Names } from "../names.ts";
import type { TerraformSource } from "../terraform-source.ts";
import { neededActions } from "./needed-actions.ts";
import type { Scope } from "./scope.ts";
import { scopesOf } from "./scopes.ts";

/**
 * What a layer's role may do in AWS: the actions that its HCL needs, each where its service's scope says.
 * Actions of one scope stand in one statement.
 */
export function layerGrants(
  source: TerraformSource,
  purpose: "read" | "change",
  names: Names,
  boundaryArn: string,
): Grant[] {
  const scopes = scopesOf(names, boundaryArn);
  const grouped = new Map<Scope, string[]>();
  for (const action of neededActions(source, purpose)) {
    const service = action.split(":")[0] ?? "";
    const scope = scopes[service]?.find((each) => each.actions.test(action));
    if (!scope) throw new Error(`say in scopes.ts where "${action}" may be used`);
    grouped.set(scope, [...(grouped.get(scope) ?? []), action]);
  }
  return [...grouped].map(([scope, actions]) => ({
    actions,
    resources: scope.resources,
    because: scope.because,
    ...(scope.conditions ? { conditions: scope.conditions } : {}),
  }));
}
