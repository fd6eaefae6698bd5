import type { Json } from "../../world/world.ts";
import { apiVersionOf, type ResourceKind } from "./kinds/resource-kind.ts";

const pathOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `apis/${group}/${version}` : `api/${version}`;

/** The index of the OpenAPI documents, one for each group and version. */
export function openApiIndex(kinds: readonly ResourceKind[]): Json {
  const paths = [...new Set(kinds.map(pathOf))].sort();
  return {
    paths: Object.fromEntries(paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])),
  };
}

const QUERY = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
}));

/**
 * What clients look for in the document: that each resource can be patched, and that the server validates fields,
 * so that they need no schema of their own. The types' fields are not described.
 */
export function openApiOf(kinds: readonly ResourceKind[], path: string): Json | undefined {
  const served = kinds.filter((kind) => pathOf(kind) === path && !kind.question);
  if (served.length === 0) return undefined;
  const paths = served.map((kind) => {
    const home = kind.namespaced ? "namespaces/{namespace}/" : "";
    const operation = {
      "x-kubernetes-action": "patch",
      "x-kubernetes-group-version-kind": gvk(kind),
      parameters: QUERY,
      responses: { "200": { description: "OK" } },
    };
    return [`/${path}/${home}${kind.plural}/{name}`, { patch: operation }];
  });
  const schemas = served.map((kind) => [
    `${[...(kind.group || "core").split(".")].reverse().join(".")}.${kind.version}.${kind.kind}`,
    {
      type: "object",
      "x-kubernetes-group-version-kind": [gvk(kind)],
      "x-kubernetes-preserve-unknown-fields": true,
    },
  ]);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: served.map(apiVersionOf)[0] ?? "" },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

const gvk = ({ group, version, kind }: ResourceKind): Json => ({ group, version, kind });
