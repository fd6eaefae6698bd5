import type { World } from "../world/world.ts";

/** Key: zone name. What the registrar has published in the parent zone. */
const DELEGATIONS = "network.delegations";

export type Delegation = { zone: string; nameServers: string[] };

export const bareName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Publishes a zone's name servers in its parent zone, as the operator does at the registrar. */
export function delegate(world: World, zone: string, nameServers: readonly string[]): void {
  const name = bareName(zone);
  world
    .collection<Delegation>(DELEGATIONS)
    .set(name, { zone: name, nameServers: nameServers.map(bareName).sort() });
}

export const delegationOf = (world: World, zone: string): Delegation | undefined =>
  world.collection<Delegation>(DELEGATIONS).get(bareName(zone));

/** The published delegation that a name falls under, the longest first. */
export function delegationFor(world: World, name: string): Delegation | undefined {
  const labels = bareName(name).split(".");
  for (let start = 0; start < labels.length - 1; start += 1) {
    const found = delegationOf(world, labels.slice(start).join("."));
    if (found) return found;
  }
  return undefined;
}
