import type { Lifecycles } from "../../clients/bucket-lifecycle.ts";
import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { BACKUP_LOCATIONS, SCHEDULES } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { RetentionExpectation } from "./expectation.ts";
import {
  type BucketFact,
  KeptScheduleSchema,
  type RetentionFacts,
  type StorageLocation,
  StorageLocationSchema,
} from "./facts.ts";

/** What Velero promises, from the cluster; what the buckets do with it, from S3. */
export async function observeRetention(
  { namespace }: RetentionExpectation,
  { withCluster, lifecycles }: { withCluster: WithCluster; lifecycles: Lifecycles },
  { now }: Moment,
): Promise<RetentionFacts> {
  const { schedules, locations } = await withCluster(now, async (cluster) => {
    const [found, places] = await Promise.all([
      attempt(cluster.list(SCHEDULES, { namespace }, KeptScheduleSchema)),
      attempt(cluster.list(BACKUP_LOCATIONS, { namespace }, StorageLocationSchema)),
    ]);
    return { schedules: found, locations: places };
  });
  const buckets = locations.read
    ? await Promise.all(locations.value.flatMap((location) => bucketOf(location, lifecycles)))
    : [];
  return { schedules, locations, buckets };
}

const bucketOf = ({ metadata, spec }: StorageLocation, lifecycles: Lifecycles): Promise<BucketFact>[] => {
  const storage = spec.objectStorage;
  if (!storage) return [];
  const { bucket, prefix = "" } = storage;
  return [
    lifecycles
      .retention(bucket, spec.config?.region)
      .then((retention) => ({ location: metadata.name, bucket, prefix, retention })),
  ];
};
