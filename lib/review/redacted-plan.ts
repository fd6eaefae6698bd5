/** A plan as it may leave the artefact bucket: whole, but for what terraform says is sensitive, and every copy of it. */
import type { PlanJson } from "./plan-json.ts";
import {
  type AttributeChange,
  attributeChanges,
  HIDDEN,
  NOT_KNOWN,
  sensitiveTexts,
  taint,
} from "./redact.ts";

export interface RedactedChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  /** What differs, long texts cut short. */
  readonly changes: readonly AttributeChange[];
  /** The resource as it will be, uncut; null where it is destroyed. */
  readonly planned: unknown;
}

export interface RedactedPlan {
  readonly terraform_version: string | undefined;
  readonly resource_changes: readonly RedactedChange[];
}

export function redactedPlan(plan: PlanJson): RedactedPlan {
  const secrets = sensitiveTexts(plan);
  return {
    terraform_version: plan.terraform_version,
    resource_changes: plan.resource_changes.map((resource) => {
      const { actions, after, after_sensitive, after_unknown } = resource.change;
      return {
        address: taint(resource.address, secrets),
        type: resource.type,
        actions,
        changes: attributeChanges(resource, secrets),
        planned: redactedValue(after ?? null, after_sensitive, after_unknown, secrets),
      };
    }),
  };
}

/** Values of Helm releases as YAML, by resource name: one text for each of `values` that is known at plan. */
export const valuesOfReleases = ({ resource_changes }: RedactedPlan): [release: string, yaml: string][] =>
  resource_changes
    .filter(({ type }) => type === "helm_release")
    .flatMap(({ address, planned }) => {
      const values = (planned as { values?: unknown } | null)?.values;
      const known = (Array.isArray(values) ? values : []).filter(
        (text): text is string => typeof text === "string" && text !== NOT_KNOWN && text !== HIDDEN,
      );
      return known.length === 0 ? [] : [[fileNameOf(address), known.join("---\n")] as [string, string]];
    });

/** `helm_release.envoy_gateway[0]` → `envoy_gateway-0`, which every file system takes. */
const fileNameOf = (address: string): string =>
  address
    .slice(address.indexOf("helm_release.") + "helm_release.".length)
    .replace(/[^\w.-]+/g, "-")
    .replace(/-$/, "");

function redactedValue(
  value: unknown,
  sensitive: unknown,
  unknown: unknown,
  secrets: readonly string[],
): unknown {
  if (unknown === true) return NOT_KNOWN;
  if (sensitive === true) return value === null || value === undefined ? null : HIDDEN;
  if (typeof value === "string") return taint(value, secrets);
  if (Array.isArray(value) || Array.isArray(unknown)) {
    const [items, later] = [listOf(value), listOf(unknown)];
    return Array.from({ length: Math.max(items.length, later.length) }, (_, index) =>
      redactedValue(items[index] ?? null, listOf(sensitive)[index], later[index], secrets),
    );
  }
  if (!isObject(value) && !isObject(unknown)) return value ?? null;
  const [own, later, hidden] = [objectOf(value), objectOf(unknown), objectOf(sensitive)];
  const names = new Set([...Object.keys(own), ...Object.keys(later)]);
  return Object.fromEntries(
    [...names].map((name) => [
      taint(name, secrets),
      redactedValue(own[name] ?? null, hidden[name], later[name], secrets),
    ]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
