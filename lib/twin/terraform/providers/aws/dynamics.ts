import {
  type AddonRecord,
  type ClusterRecord,
  COLLECTIONS,
  type NodegroupRecord,
} from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";

/** Nothing becomes active that has failed or gone meanwhile. */
const isComing = (record: { status: string } | undefined): boolean =>
  record?.status === "CREATING" || record?.status === "UPDATING";

/**
 * What in AWS comes alive by itself after an apply. Register once a world.
 * Topics scheduled by the provider: `eks.cluster.active` {cluster}, `eks.nodegroup.active` {cluster, nodegroup},
 * `eks.addon.active` {cluster, addon}, each at the end of a creation or an update, and `eks.node.replaced`
 * {cluster, nodegroup, node} for each node of a rolling update. Emitted besides: `eks.nodes.joined` {cluster, nodegroup}, and by
 * deletions `eks.cluster.deleted`, `eks.nodes.left`, `eks.addon.deleted`.
 */
export function registerAwsDynamics(world: World): void {
  world.on<{ cluster: string }>("eks.cluster.active", ({ cluster }) => {
    const clusters = world.collection<ClusterRecord>(COLLECTIONS.clusters);
    if (isComing(clusters.get(cluster)))
      clusters.update(cluster, (record) => ({ ...record, status: "ACTIVE" }));
  });
  world.on<{ cluster: string; nodegroup: string }>("eks.nodegroup.active", ({ cluster, nodegroup }) => {
    const groups = world.collection<NodegroupRecord>(COLLECTIONS.nodegroups);
    const key = `${cluster}/${nodegroup}`;
    if (!isComing(groups.get(key))) return;
    groups.update(key, (record) => ({ ...record, status: "ACTIVE" }));
    world.emit("eks.nodes.joined", { cluster, nodegroup });
  });
  world.on<{ cluster: string; addon: string }>("eks.addon.active", ({ cluster, addon }) => {
    const addons = world.collection<AddonRecord>(COLLECTIONS.addons);
    const key = `${cluster}/${addon}`;
    if (isComing(addons.get(key))) addons.update(key, (record) => ({ ...record, status: "ACTIVE" }));
  });
}
