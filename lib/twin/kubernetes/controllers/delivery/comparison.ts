import { COLLECTIONS, type FaultRecord } from "../../../world/records.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapsAt } from "../engine/fields.ts";
import { agrees } from "./desired.ts";
import { type Health, healthOf, worse } from "./health.ts";
import { liveOf, resource, tracked } from "./live-objects.ts";

export const isOutOfSyncByFault = (application: ApiObject, { world }: ReconcileContext): boolean =>
  world
    .collection<FaultRecord>(COLLECTIONS.faults)
    .values()
    .some(
      (fault) =>
        fault.kind === "application-out-of-sync" &&
        fault.application === application.metadata.name &&
        fault.remaining !== 0,
    );

/** What an application wants against what there is. */
export interface Comparison {
  readonly resources: Fields[];
  readonly synced: boolean;
  readonly health: Health;
  readonly images: string[];
}

export function comparison(application: ApiObject, objects: Fields[], context: ReconcileContext): Comparison {
  const { client } = context;
  const faulty = isOutOfSyncByFault(application, context);
  const resources: Fields[] = [];
  let health: Health = "Healthy";
  let present = 0;
  const images = new Set<string>();
  for (const [index, wanted] of objects.entries()) {
    const live = liveOf(wanted, client);
    if (live) present += 1;
    health = worse(health, (live && healthOf(live)) ?? "Healthy");
    for (const { image } of mapsAt(live, "spec", "template", "spec", "containers")) images.add(String(image));
    const synced = live !== undefined && agrees(wanted, live) && !(faulty && index === objects.length - 1);
    resources.push(resource(wanted, synced ? "Synced" : "OutOfSync"));
  }
  const extra = tracked(application, client).filter(
    (live) => !objects.some((wanted) => liveOf(wanted, client) === live),
  );
  for (const live of extra)
    resources.push({ ...resource(live as Fields, "OutOfSync"), requiresPruning: true });
  const synced = resources.every(({ status }) => status === "Synced");
  return {
    resources,
    synced,
    health: present === 0 && objects.length > 0 ? "Missing" : health,
    images: [...images].sort(),
  };
}
