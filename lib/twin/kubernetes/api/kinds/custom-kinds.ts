import type { ApiObject } from "../api-object.ts";
import { type JsonObject, listAt, objectAt, objectsAt, textAt } from "../json-values.ts";
import { recordedSchema } from "./recorded-schemas.ts";
import type { ResourceKind } from "./resource-kind.ts";

const isTrue = (definition: ApiObject, type: string): boolean =>
  objectsAt(definition, "status", "conditions").some(
    (condition) => condition.type === type && condition.status === "True",
  );

/** The resources that an established CustomResourceDefinition brings: one per served version. */
export function customKinds(definition: ApiObject): ResourceKind[] {
  if (!isTrue(definition, "Established")) return [];
  const versions = objectsAt(definition, "spec", "versions");
  const stored = versions.find((version) => version.storage === true);
  const names = objectAt(definition, "spec", "names") ?? {};
  const kind = textAt(names, "kind") ?? "";
  const texts = (key: string): string[] =>
    listAt(names, key).filter((value): value is string => typeof value === "string");
  return versions
    .filter((version) => version.served === true)
    .map((version) => ({
      group: textAt(definition, "spec", "group") ?? "",
      version: textAt(version, "name") ?? "",
      storageVersion: textAt(stored, "name") ?? "",
      plural: textAt(names, "plural") ?? "",
      singular: textAt(names, "singular") ?? kind.toLowerCase(),
      kind,
      listKind: textAt(names, "listKind") ?? `${kind}List`,
      namespaced: textAt(definition, "spec", "scope") === "Namespaced",
      shortNames: texts("shortNames"),
      categories: texts("categories"),
      subresources: ["status", "scale"].filter((name) => objectAt(version, "subresources", name)),
      counted: true,
      custom: {
        version,
        definition: definition.metadata.name,
        conversion: objectAt(definition, "spec", "conversion"),
        ...publishedFor(definition.metadata.name, version),
      },
    }));
}

/** A definition that knows its fields is believed. */
function publishedFor(definition: string, version: JsonObject): { published?: JsonObject } {
  if (objectAt(version, "schema", "openAPIV3Schema", "properties")) return {};
  const published = recordedSchema(definition, textAt(version, "name") ?? "");
  return published ? { published } : {};
}
