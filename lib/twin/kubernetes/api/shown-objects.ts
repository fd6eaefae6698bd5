import { believed, isAbout, type Lie, liesOf } from "../../world/lies.ts";
import { COLLECTIONS, type FaultRecord } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import type { ApiObject } from "./api-object.ts";
import { apiVersionOf, type ResourceKind } from "./kinds/resource-kind.ts";

/**
 * What a reader is shown of stored objects: themselves, but for faults `object-lies`. Writers and controllers work
 * on what is.
 */
export function shownObjects(
  world: World,
  kind: ResourceKind,
  objects: readonly ApiObject[],
  place: { readonly namespace?: string | undefined; readonly name?: string | undefined },
): ApiObject[] {
  const faults = world.collection<FaultRecord>(COLLECTIONS.faults).values();
  const lies = liesOf(faults).filter(
    (lie) => lie.objectKind === kind.kind && lie.apiVersion === apiVersionOf(kind),
  );
  if (lies.length === 0) return [...objects];
  const invented = lies
    .filter((lie) => lie.isInvented && isAsked(lie, place))
    .map((lie) => inventionOf(world, lie));
  return [...objects.flatMap((object) => shown(world, lies, object)), ...invented];
}

function shown(world: World, lies: readonly Lie[], object: ApiObject): ApiObject[] {
  let told: ApiObject = object;
  for (const lie of lies) {
    if (lie.isInvented || !isAbout(lie, object.metadata)) continue;
    if (lie.isHidden) return [];
    told = believed(world, told, lie.says ?? {}) as ApiObject;
  }
  return [told];
}

const isAsked = (
  lie: Lie,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name?: string | undefined },
): boolean =>
  (namespace === undefined || namespace === lie.namespace) && (name === undefined || name === lie.name);

function inventionOf(world: World, { apiVersion, objectKind, namespace, name, says }: Lie): ApiObject {
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: "00000000-0000-4000-8000-000000000000",
    resourceVersion: "1",
    creationTimestamp: "now-60s",
  };
  const bare = believed(world, undefined, { apiVersion, kind: objectKind, metadata });
  return believed(world, bare, says ?? {}) as ApiObject;
}
