import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { sleepUntilSettled } from "../../../kubernetes/controllers/dormancy.ts";
import type { Json } from "../../../world/world.ts";
import type { Attributes, ProviderContext, ResourceType, Value } from "../../contract.ts";
import { HalfAppliedError } from "../../plugin/diagnostics.ts";
import type { BlockSchema } from "../../plugin/schema.ts";
import { ApiError, type Connection, connect, find, objectPath } from "./connection.ts";
import { conversion } from "./conversion.ts";
import { mergePatch } from "./merge-patch.ts";
import { idOf } from "./metadata.ts";
import { type ObjectType, REQUEST_MILLISECONDS, WaitFailed } from "./object-type.ts";

type Fields = { [key: string]: Json };

/** A resource type made of its row and its recorded schema. */
export function objectResource(row: ObjectType, block: BlockSchema): ResourceType {
  const { objectOf, valuesOf, stub } = conversion(row, block);
  const suffix = (context: ProviderContext) => () => context.world.hex(5);
  const host = (context: ProviderContext): Json => context.configuration.host as Json;
  return {
    type: row.type,
    forcesReplacement: [
      "metadata.name",
      ...(row.namespaced ? ["metadata.namespace"] : []),
      ...(row.forces ?? []),
    ],
    ...(row.defaults ? { defaults: row.defaults } : {}),
    ...(row.changesOnUpdate ? { changesOnUpdate: row.changesOnUpdate } : {}),
    plan: (planned) => (row.namespaced ? withNamespace(planned) : planned),
    create(planned, context) {
      const connection = connect(context, host(context));
      const object = objectOf(planned, suffix(context));
      const path = objectPath(connection, object, false);
      const made = connection.request("POST", path, object as Json) as KubernetesObject;
      return recordCreation(row, planned, context, connection.cluster, made, valuesOf(made, planned));
    },
    read(state, context) {
      const found = find(connect(context, host(context)), stub(state));
      return found ? valuesOf(found, state) : null;
    },
    update(planned, prior, context) {
      const connection = connect(context, host(context));
      const [before, after] = [objectOf(prior, suffix(context)), objectOf(planned, suffix(context))];
      const patch = mergePatch(before as Fields, after as Fields);
      const path = objectPath(connection, stub(prior));
      const changed = connection.request("PATCH", path, patch, MERGE) as KubernetesObject;
      const id = idOf(planned, row.namespaced);
      journal(context, "update", row.type, id, REQUEST_MILLISECONDS, connection.cluster, changed);
      return valuesOf(changed, planned);
    },
    delete(state, context) {
      const connection = connect(context, host(context));
      remove(connection, objectPath(connection, stub(state)));
      const id = idOf(state, row.namespaced);
      const lastsMilliseconds = row.deleteLasts ?? REQUEST_MILLISECONDS;
      context.record({ action: "delete", type: row.type, id, lastsMilliseconds });
    },
    import(id) {
      const [namespace, name] = id.includes("/") ? id.split("/") : [undefined, id];
      return { id, metadata: [{ name: name ?? id, ...(namespace === undefined ? {} : { namespace }) }] };
    },
  };
}

const MERGE = "application/merge-patch+json";

/** What is gone already is as good as deleted. */
function remove(connection: Connection, path: string): void {
  try {
    connection.request("DELETE", path, { propagationPolicy: "Background" });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}

function withNamespace(planned: Attributes): Attributes {
  const { metadata } = planned;
  const fill = (block: Value): Value => {
    if (typeof block !== "object" || block === null || Array.isArray(block)) return block;
    return block.namespace === null || block.namespace === undefined
      ? { ...block, namespace: "default" }
      : block;
  };
  if (metadata === undefined) return planned;
  return { ...planned, metadata: Array.isArray(metadata) ? metadata.map(fill) : fill(metadata) };
}

function journal(
  context: ProviderContext,
  action: "create" | "update",
  type: string,
  id: string,
  lastsMilliseconds: number,
  cluster: string,
  object: KubernetesObject,
): void {
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  const settle = sleepUntilSettled(context.world, [{ cluster, apiVersion, kind, namespace, name }]);
  context.record({ action, type, id, lastsMilliseconds, settle });
}

/** The object exists; what follows is waiting for it, which may fail and leave it tainted. */
function recordCreation(
  row: ObjectType,
  planned: Attributes,
  context: ProviderContext,
  cluster: string,
  made: KubernetesObject,
  state: Attributes,
): Attributes {
  const id = String(state.id);
  try {
    const lasts = row.createLasts?.(planned, context, cluster) ?? REQUEST_MILLISECONDS;
    journal(context, "create", row.type, id, lasts, cluster, made);
    return state;
  } catch (error) {
    if (!(error instanceof WaitFailed)) throw error;
    journal(context, "create", row.type, id, error.lastedMilliseconds, cluster, made);
    throw new HalfAppliedError(error.message, state);
  }
}
