import type { Json } from "../../world/world.ts";
import type { ApiObject } from "./api-object.ts";
import { apiVersionOf, type ResourceKind } from "./kinds/resource-kind.ts";
import { servedObject } from "./served-object.ts";
import { tableOf } from "./table/table.ts";
import type { Page } from "./verbs/list.ts";

type Form = "object" | "Table" | "PartialObjectMetadata";

/** What an Accept header asks for; the first that we know wins. */
function formOf(accept: string | undefined): Form {
  for (const part of (accept ?? "").split(",")) {
    const as = /;\s*as=([A-Za-z]+)/.exec(part)?.[1];
    if (as === "Table") return "Table";
    if (as?.startsWith("PartialObjectMetadata")) return "PartialObjectMetadata";
    if (as === undefined && part.includes("json")) return "object";
  }
  return "object";
}

const partial = (object: ApiObject): Json => ({
  apiVersion: "meta.k8s.io/v1",
  kind: "PartialObjectMetadata",
  metadata: object.metadata,
});

export function representObject(
  kind: ResourceKind,
  object: ApiObject,
  accept: string | undefined,
  now: number,
): Json {
  const served = servedObject(kind, object);
  switch (formOf(accept)) {
    case "Table":
      return tableOf(kind, [served], { resourceVersion: object.metadata.resourceVersion }, now);
    case "PartialObjectMetadata":
      return partial(served);
    default:
      return served;
  }
}

export function representList(
  kind: ResourceKind,
  { items, metadata }: Page,
  accept: string | undefined,
  now: number,
): Json {
  const served = items.map((item) => servedObject(kind, item));
  switch (formOf(accept)) {
    case "Table":
      return tableOf(kind, served, metadata, now);
    case "PartialObjectMetadata":
      return {
        apiVersion: "meta.k8s.io/v1",
        kind: "PartialObjectMetadataList",
        metadata,
        items: served.map(partial),
      };
    default:
      return { apiVersion: apiVersionOf(kind), kind: kind.listKind, metadata, items: served };
  }
}
