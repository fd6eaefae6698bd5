import { parse } from "yaml";
import type { Json } from "../../../world/world.ts";
import { at, type JsonObject, sameJson } from "../../api/json-values.ts";
import { applyJsonPatch } from "../../api/patch/json-patch.ts";
import { applyMergePatch } from "../../api/patch/merge-patch.ts";
import { type Fields, mapAt, mapsAt, textAt } from "../engine/fields.ts";

export interface Item {
  /** `services`, `cronjobs.batch` */
  readonly resource: string;
  /** Where it stood in the backup: rules speak of that namespace. */
  readonly namespace: string | undefined;
  readonly object: Fields;
}

/**
 * The rules of a resource modifier's ConfigMap, whose one entry is YAML.
 * @throws Error in Velero's words if there is none or it cannot be read
 * @see https://velero.io/docs/main/restore-resource-modifiers/
 */
export function readModifier(configMap: Fields | undefined, name: string): (item: Item) => Fields {
  if (!configMap)
    throw new Error(
      `fail to get resource modifiers configmap velero/${name}: configmaps "${name}" not found`,
    );
  const [text] = Object.values(mapAt(configMap, "data"));
  const rules = mapsAt(parse(String(text ?? "")) as unknown, "resourceModifierRules");
  for (const rule of rules)
    if (rule.strategicPatches !== undefined)
      throw new Error("strategicPatches of resource modifiers are not modelled");
  return (item) =>
    rules.filter((rule) => applies(rule, item)).reduce((object, rule) => patched(object, rule), item.object);
}

function applies(rule: Fields, { resource, namespace, object }: Item): boolean {
  const conditions = mapAt(rule, "conditions");
  const { namespaces } = conditions;
  const name = textAt(object, "metadata", "name");
  return (
    [resource, "*"].includes(textAt(conditions, "groupResource")) &&
    new RegExp(textAt(conditions, "resourceNameRegex")).test(name) &&
    (!Array.isArray(namespaces) || namespaces.length === 0 || namespaces.includes(namespace ?? "")) &&
    Object.entries(mapAt(conditions, "labelSelector", "matchLabels")).every(([key, value]) =>
      sameJson(mapAt(object, "metadata", "labels")[key], value),
    ) &&
    mapsAt(conditions, "matches").every(({ path, value }) =>
      sameJson(at(object, ...String(path).split("/").slice(1)), value),
    )
  );
}

function patched(object: Fields, rule: Fields): Fields {
  const operations = mapsAt(rule, "patches").map(({ operation, ...rest }) => ({
    op: operation ?? "",
    ...rest,
  }));
  const merges = mapsAt(rule, "mergePatches").map(({ patchData }) => parse(String(patchData)) as JsonObject);
  const afterPatches = operations.length > 0 ? applyJsonPatch(object, operations as Json) : object;
  return merges.reduce((merged, patch) => applyMergePatch(merged, patch), afterPatches);
}
