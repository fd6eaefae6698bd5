import type { Json } from "../../world/world.ts";
import type { KubernetesRequest } from "../contract.ts";
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

type Asked = Pick<KubernetesRequest, "accept" | "path">;

/** `includeObject` of the query: rows bring their metadata unless something else is asked for. */
function rowObject(path: string): (object: ApiObject) => Json | undefined {
  const wanted = new URLSearchParams(path.split("?")[1]).get("includeObject");
  if (wanted === "Object") return (object) => object;
  return wanted === "None" ? () => undefined : partial;
}

export function representObject(
  kind: ResourceKind,
  object: ApiObject,
  { accept, path }: Asked,
  now: number,
): Json {
  const served = servedObject(kind, object);
  switch (formOf(accept)) {
    case "Table":
      return tableOf(
        kind,
        [served],
        { resourceVersion: object.metadata.resourceVersion },
        now,
        rowObject(path),
      );
    case "PartialObjectMetadata":
      return partial(served);
    default:
      return served;
  }
}

export function representList(
  kind: ResourceKind,
  { items, metadata }: Page,
  { accept, path }: Asked,
  now: number,
): Json {
  const served = items.map((item) => servedObject(kind, item));
  switch (formOf(accept)) {
    case "Table":
      return tableOf(kind, served, metadata, now, rowObject(path));
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
