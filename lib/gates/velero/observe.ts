import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { BACKUP_LOCATIONS, BACKUPS, SCHEDULES } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { VeleroExpectation } from "./expectation.ts";
import { BackupLocationSchema, BackupSchema, ScheduleSchema, type VeleroFacts } from "./facts.ts";

export const observeVelero = (
  { namespace }: VeleroExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<VeleroFacts> =>
  withCluster(now, async (cluster) => {
    const [locations, schedules, backups] = await Promise.all([
      attempt(cluster.list(BACKUP_LOCATIONS, { namespace }, BackupLocationSchema)),
      attempt(cluster.list(SCHEDULES, { namespace }, ScheduleSchema)),
      attempt(cluster.list(BACKUPS, { namespace }, BackupSchema)),
    ]);
    return { locations, schedules, backups };
  });
