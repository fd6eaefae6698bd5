import type { Json } from "../../world/world.ts";
import type { ApiObject } from "./api-object.ts";
import { at, isObject, listAt, objectAt, objectsAt, textAt } from "./json-values.ts";
import type { ResourceKind } from "./kinds/resource-kind.ts";
import { badRequest } from "./status.ts";

export type Predicate = (object: ApiObject) => boolean;

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const EXISTS = /^(!?)\s*([^\s=!,()]+)$/;
const EQUALS = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/;
const IN = /^([^\s=!,()]+)\s+(in|notin)\s+\(([^()]*)\)$/;

function requirementOf(text: string): Requirement {
  const set = IN.exec(text);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    const isIn: Requirement = (labels) => labels[key] !== undefined && values.includes(labels[key]);
    return operator === "in" ? isIn : (labels) => !isIn(labels);
  }
  const equals = EQUALS.exec(text);
  if (equals) {
    const [, key = "", operator, value = ""] = equals;
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = EXISTS.exec(text);
  if (!exists) throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`);
  const [, not, key = ""] = exists;
  return not ? (labels) => !(key in labels) : (labels) => key in labels;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function labelPredicate(selector: string | null): Predicate | undefined {
  if (!selector?.trim()) return undefined;
  const requirements = selector.split(/,(?![^(]*\))/).map((part) => requirementOf(part.trim()));
  return ({ metadata }) => requirements.every((holds) => holds(metadata.labels ?? {}));
}

/** A LabelSelector object (`matchLabels`, `matchExpressions`), as workloads carry it. */
export function matchesSelector(selector: Json | undefined, labels: Labels): boolean {
  if (!isObject(selector)) return false;
  const wanted = objectAt(selector, "matchLabels") ?? {};
  if (!Object.entries(wanted).every(([key, value]) => labels[key] === value)) return false;
  return objectsAt(selector, "matchExpressions").every((expression) => {
    const value = labels[textAt(expression, "key") ?? ""];
    const isIn = value !== undefined && listAt(expression, "values").includes(value);
    switch (expression.operator) {
      case "In":
        return isIn;
      case "NotIn":
        return !isIn;
      case "Exists":
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

function fieldValue(object: ApiObject, path: string): string {
  // An Event is asked for by `involvedObject` in both of its versions; it is stored in the first.
  const value = at(object, ...path.replace(/^regarding\./, "involvedObject.").split("."));
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** Custom resources can be chosen by name and namespace only, unless their definition says more. */
function checkSelectable(kind: ResourceKind, path: string): void {
  if (path === "metadata.name" || path === "metadata.namespace" || !kind.custom) return;
  const selectable = objectsAt(kind.custom.version, "selectableFields").map((field) => field.jsonPath);
  if (!selectable.includes(`.${path}`)) throw badRequest(`field label not supported: ${path}`);
}

export function fieldPredicate(kind: ResourceKind, selector: string | null): Predicate | undefined {
  if (!selector?.trim()) return undefined;
  const requirements = selector.split(",").map((part): Predicate => {
    const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
    if (!match) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
    const [, path = "", operator, value = ""] = match;
    checkSelectable(kind, path);
    const equal: Predicate = (object) => fieldValue(object, path) === value;
    return operator === "!=" ? (object) => !equal(object) : equal;
  });
  return (object) => requirements.every((holds) => holds(object));
}

/** Label and field selectors of a request together. */
export function selection(kind: ResourceKind, query: URLSearchParams): Predicate {
  const byLabel = labelPredicate(query.get("labelSelector"));
  const byField = fieldPredicate(kind, query.get("fieldSelector"));
  return (object) => (byLabel?.(object) ?? true) && (byField?.(object) ?? true);
}
