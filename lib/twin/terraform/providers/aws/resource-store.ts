import { COLLECTIONS } from "../../../world/records.ts";
import type { Json, World } from "../../../world/world.ts";
import type { Attributes } from "../../contract.ts";

/** An applied resource as the world has it; whoever changes `attributes` makes drift. */
export interface ResourceRecord {
  readonly type: string;
  readonly id: string;
  readonly attributes: { [key: string]: Json };
}

const resources = (world: World) => world.collection<ResourceRecord>(COLLECTIONS.resources);

export const findResource = (world: World, type: string, id: string): Attributes | undefined =>
  resources(world).get(`${type}/${id}`)?.attributes as Attributes | undefined;

export function storeResource(world: World, type: string, id: string, attributes: Attributes): void {
  // What stays unknown is null by now: the framework refuses to hand on anything else.
  const plain = JSON.parse(JSON.stringify(attributes)) as { [key: string]: Json };
  resources(world).set(`${type}/${id}`, { type, id, attributes: plain });
}

export const removeResource = (world: World, type: string, id: string): void => {
  resources(world).delete(`${type}/${id}`);
};

/** All resources of a type, in the order of their ids. */
export const resourcesOf = (world: World, type: string): Attributes[] =>
  resources(world)
    .values()
    .filter((record) => record.type === type)
    .map((record) => record.attributes as Attributes);
