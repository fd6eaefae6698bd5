import type { Json } from "../../world/world.ts";
import { type JsonObject, objectAt } from "./json-values.ts";
import { apiVersionOf, type ResourceKind, schemaOf } from "./kinds/resource-kind.ts";
import { typeNameOf } from "./types/catalogue.ts";
import { Components, openApiName } from "./types/open-api-schema.ts";

const pathOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `apis/${group}/${version}` : `api/${version}`;

/** The index of the OpenAPI documents, one for each group and version. */
export function openApiIndex(kinds: readonly ResourceKind[]): Json {
  const paths = [...new Set(kinds.map(pathOf))].sort();
  return {
    paths: Object.fromEntries(paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])),
  };
}

/** Made once for each set of kinds, which changes with the definitions only. */
const made = new WeakMap<readonly ResourceKind[], Map<string, Json>>();

function once(kinds: readonly ResourceKind[], key: string, make: () => Json): Json {
  const documents = made.get(kinds) ?? new Map<string, Json>();
  made.set(kinds, documents);
  const document = documents.get(key) ?? make();
  documents.set(key, document);
  return document;
}

/** The document of one group and version in OpenAPI v3; undefined if it is not served. */
export function openApiOf(kinds: readonly ResourceKind[], path: string): Json | undefined {
  const served = kinds.filter((kind) => pathOf(kind) === path);
  if (served.length === 0) return undefined;
  return once(kinds, path, () => {
    const components = new Components("#/components/schemas/");
    for (const kind of served) addSchema(components, kind);
    return {
      openapi: "3.0.0",
      info: { title: "Kubernetes", version: served.map(apiVersionOf)[0] ?? "" },
      paths: Object.fromEntries(served.flatMap(pathsOf)),
      components: { schemas: components.schemas },
    };
  });
}

/** Everything in one document, as clients ask for it that know no v3. */
export function openApiV2(kinds: readonly ResourceKind[], version: string): Json {
  return once(kinds, "v2", () => {
    const components = new Components("#/definitions/");
    for (const kind of kinds) addSchema(components, kind);
    return {
      swagger: "2.0",
      info: { title: "Kubernetes", version },
      paths: Object.fromEntries(kinds.flatMap(pathsOf)),
      definitions: components.schemas,
    };
  });
}

function addSchema(components: Components, kind: ResourceKind): void {
  const type = kind.custom ? undefined : typeNameOf(apiVersionOf(kind), kind.kind);
  if (type === undefined) {
    components.schemas[customName(kind)] = { ...customSchema(components, kind), ...extension(kind) };
    return;
  }
  components.reference(type);
  const name = openApiName(type);
  components.schemas[name] = { ...objectAt(components.schemas, name), ...extension(kind) };
}

/** `cert-manager.io/v1, Certificate` is `io.cert-manager.v1.Certificate`. */
const customName = ({ group, version, kind }: ResourceKind): string =>
  [...group.split(".").reverse(), version, kind].join(".");

const extension = (kind: ResourceKind): JsonObject => ({ "x-kubernetes-group-version-kind": [gvk(kind)] });

/** A definition's own schema, with what every object has; one that says nothing lets everything through. */
function customSchema(components: Components, kind: ResourceKind): JsonObject {
  const own = schemaOf(kind) ?? {};
  const properties = objectAt(own, "properties");
  const identity = {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { allOf: [components.reference("meta.v1.ObjectMeta")] },
  };
  return {
    ...own,
    type: "object",
    properties: { ...properties, ...identity },
    ...(properties ? {} : { "x-kubernetes-preserve-unknown-fields": true }),
  };
}

const QUERY = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
}));

/** Clients look for the kind behind a path, and at a patch for whether the server validates fields. */
function pathsOf(kind: ResourceKind): [string, JsonObject][] {
  const collection = `/${pathOf(kind)}/${kind.namespaced ? "namespaces/{namespace}/" : ""}${kind.plural}`;
  const operation = (action: string, parameters: Json[] = []): JsonObject => ({
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk(kind),
    parameters,
    responses: { "200": { description: "OK" } },
  });
  if (kind.question) return [[collection, { post: operation("post", QUERY) }]];
  const one = { get: operation("get"), put: operation("put", QUERY), patch: operation("patch", QUERY) };
  return [
    [collection, { get: operation("list"), post: operation("post", QUERY) }],
    [`${collection}/{name}`, { ...one, delete: operation("delete") }],
  ];
}

const gvk = ({ group, version, kind }: ResourceKind): Json => ({ group, version, kind });
