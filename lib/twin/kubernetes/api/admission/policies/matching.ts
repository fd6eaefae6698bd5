import type { Json } from "../../../../world/world.ts";
import type { ApiObject } from "../../api-object.ts";
import type { ClusterState } from "../../cluster-state.ts";
import { type JsonObject, listAt, objectAt, objectsAt } from "../../json-values.ts";
import { matchesSelector } from "../../selectors.ts";
import type { Attributes } from "../attributes.ts";

const has = (list: readonly Json[], value: string): boolean => list.includes("*") || list.includes(value);

/** `pods`, `pods/log`, `*`, with every subresource: `*` and `/*`. */
function resourceMatches(rule: JsonObject, resource: string, subresource: string | undefined): boolean {
  return listAt(rule, "resources").some((entry) => {
    const [wanted, part] = String(entry).split("/");
    const fits = wanted === "*" || wanted === resource;
    return fits && (part === undefined ? subresource === undefined : part === "*" || part === subresource);
  });
}

function ruleMatches(rule: JsonObject, { operation, request, name }: Attributes): boolean {
  const { kind, subresource } = request;
  const scope = rule.scope ?? "*";
  const names = listAt(rule, "resourceNames");
  return (
    has(listAt(rule, "operations"), operation) &&
    has(listAt(rule, "apiGroups"), kind.group) &&
    has(listAt(rule, "apiVersions"), kind.version) &&
    resourceMatches(rule, kind.plural, subresource) &&
    (scope === "*" || (scope === "Namespaced") === kind.namespaced) &&
    (names.length === 0 || names.includes(name))
  );
}

const isEmptySelector = (selector: JsonObject | undefined): boolean =>
  selector === undefined || Object.keys(selector).length === 0;

/** A namespace is chosen by its own labels; what belongs to none always is. */
function namespaceMatches(
  state: ClusterState,
  selector: JsonObject | undefined,
  attributes: Attributes,
): boolean {
  if (isEmptySelector(selector)) return true;
  const { kind, namespace } = attributes.request;
  const isNamespace = kind.group === "" && kind.plural === "namespaces";
  if (!kind.namespaced && !isNamespace) return true;
  const home = isNamespace
    ? (attributes.object ?? attributes.old)
    : state.store.get(state.builtIn("", "namespaces"), undefined, namespace ?? "");
  return matchesSelector(selector, home?.metadata.labels ?? {});
}

function objectMatches(
  selector: JsonObject | undefined,
  objects: readonly (ApiObject | undefined)[],
): boolean {
  return (
    isEmptySelector(selector) ||
    objects.some((object) => object && matchesSelector(selector, object.metadata.labels ?? {}))
  );
}

/**
 * Do a policy's `matchConstraints` or a binding's `matchResources` choose this request?
 * @param whole what an absent list of rules means: a binding without takes what its policy takes
 */
export function constraintsMatch(constraints: JsonObject, attributes: Attributes, whole: boolean): boolean {
  const { state } = attributes.request;
  const rules = objectsAt(constraints, "resourceRules");
  const included = rules.length === 0 ? whole : rules.some((rule) => ruleMatches(rule, attributes));
  const excluded = objectsAt(constraints, "excludeResourceRules").some((rule) =>
    ruleMatches(rule, attributes),
  );
  return (
    included &&
    !excluded &&
    namespaceMatches(state, objectAt(constraints, "namespaceSelector"), attributes) &&
    objectMatches(objectAt(constraints, "objectSelector"), [attributes.object, attributes.old])
  );
}
