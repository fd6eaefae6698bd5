import type { Json } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import type { JsonObject } from "../json-values.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";
import { builtInColumns } from "./built-in-columns.ts";
import { type Column, elapsed } from "./column.ts";
import { customColumns } from "./custom-columns.ts";

const NAME: Column = {
  name: "Name",
  type: "string",
  format: "name",
  priority: 0,
  cell: (o) => o.metadata.name,
};
const AGE: Column = {
  name: "Age",
  type: "string",
  priority: 0,
  cell: (object, now) => elapsed(object.metadata.creationTimestamp, now),
};

function columnsOf(kind: ResourceKind): Column[] {
  if (kind.custom) return [NAME, ...(customColumns(kind) ?? [AGE])];
  const columns = builtInColumns(kind);
  if (columns?.shows === "neither") return [...columns.before, ...columns.after];
  if (columns?.shows === "name") return [NAME, ...columns.before, ...columns.after];
  return columns ? [NAME, ...columns.before, AGE, ...columns.after] : [NAME, AGE];
}

/**
 * A list as kubectl prints it.
 * @param rowObject what a row brings of its object, which kubectl sorts by
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf(
  kind: ResourceKind,
  objects: readonly ApiObject[],
  metadata: JsonObject,
  now: number,
  rowObject: (object: ApiObject) => Json | undefined,
): Json {
  const columns = columnsOf(kind);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: columns.map(({ name, type, format, priority }) => ({
      name,
      type,
      format: format ?? "",
      description: "",
      priority,
    })),
    rows: objects.map((object) => {
      const brought = rowObject(object);
      const cells = columns.map(({ cell }) => cell(object, now));
      return brought === undefined ? { cells } : { cells, object: brought };
    }),
  };
}
