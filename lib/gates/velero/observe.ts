import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import {
  BACKUP_LOCATIONS,
  BACKUP_REPOSITORIES,
  BACKUPS,
  DAEMON_SETS,
  NODES,
  POD_VOLUME_BACKUPS,
  SCHEDULES,
} from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { VeleroExpectation } from "./expectation.ts";
import {
  BackupLocationSchema,
  BackupSchema,
  NodeAgentSchema,
  PodVolumeBackupSchema,
  RepositorySchema,
  SchedulableNodeSchema,
  ScheduleSchema,
  type VeleroFacts,
} from "./facts.ts";

/** What the chart calls the DaemonSet, whatever its release is called. */
const NODE_AGENT = "node-agent";

export const observeVelero = (
  { namespace }: VeleroExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<VeleroFacts> =>
  withCluster(now, async (cluster) => {
    const [locations, schedules, backups, podVolumeBackups, repositories, nodeAgent, nodes] =
      await Promise.all([
        attempt(cluster.list(BACKUP_LOCATIONS, { namespace }, BackupLocationSchema)),
        attempt(cluster.list(SCHEDULES, { namespace }, ScheduleSchema)),
        attempt(cluster.list(BACKUPS, { namespace }, BackupSchema)),
        attempt(cluster.list(POD_VOLUME_BACKUPS, { namespace }, PodVolumeBackupSchema)),
        attempt(cluster.list(BACKUP_REPOSITORIES, { namespace }, RepositorySchema)),
        attempt(cluster.get(DAEMON_SETS, { namespace, name: NODE_AGENT }, NodeAgentSchema)),
        attempt(cluster.list(NODES, {}, SchedulableNodeSchema)),
      ]);
    return { locations, schedules, backups, podVolumeBackups, repositories, nodeAgent, nodes };
  });
