import { type BucketRecord, COLLECTIONS, type ObjectVersion } from "../../../world/records.ts";
import type { Json, World } from "../../../world/world.ts";
import { addVersion, versionsOf } from "./store.ts";

/** "Most objects within seconds"; 99.9 % within 15 min with Replication Time Control. @see docs/latencies.md */
const REPLICATION_MILLISECONDS = 30_000;

interface Copying {
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly versionId: string;
  readonly kmsKeyArn: string;
  [field: string]: Json;
}

/**
 * Copies each new version of an object, delete markers too, to where its bucket's rules say, some time after it was
 * written: what was there before the rule stays where it is. Rules have no filters, and the role is not asked.
 */
export function replicateObjects(world: World): void {
  const buckets = world.collection<BucketRecord>(COLLECTIONS.buckets);
  world.on<{ bucket: string; key: string }>("s3.object.changed", ({ bucket, key }) => {
    const newest = versionsOf(world, bucket, key).at(-1);
    if (newest === undefined) return;
    for (const { to, kmsKeyArn } of destinationsOf(buckets.get(bucket))) {
      const copying: Copying = { from: bucket, to, key, versionId: newest.versionId, kmsKeyArn };
      world.schedule(REPLICATION_MILLISECONDS, "s3.replicate", copying);
    }
  });
  world.on<Copying>("s3.replicate", ({ from, to, key, versionId, kmsKeyArn }) => {
    const version = versionsOf(world, from, key).find((one) => one.versionId === versionId);
    const target = buckets.get(to);
    if (version && target) addVersion(world, target, key, copyOf(version, kmsKeyArn));
  });
}

function copyOf(
  { versionId: _id, lastModified: _at, kmsKeyArn: _key, ...content }: ObjectVersion,
  kmsKeyArn: string,
): Omit<ObjectVersion, "versionId" | "lastModified"> {
  return kmsKeyArn === "" || content.deleteMarker ? content : { ...content, kmsKeyArn };
}

const members = (value: Json | undefined): { [name: string]: Json }[] =>
  (Array.isArray(value) ? value : [value]).filter(
    (one): one is { [name: string]: Json } => typeof one === "object" && one !== null && !Array.isArray(one),
  );

/** @see terraform's aws_s3_bucket_replication_configuration, in whose words the bucket keeps its rules */
function destinationsOf(bucket: BucketRecord | undefined): { to: string; kmsKeyArn: string }[] {
  return members(bucket?.configuration.replication)
    .filter(({ status }) => status !== "Disabled")
    .flatMap(({ destination }) => members(destination))
    .map((destination) => {
      const [encryption] = members(destination.encryption_configuration);
      return {
        to: String(destination.bucket).replace(/^arn:aws:s3:::/, ""),
        kmsKeyArn: String(encryption?.replica_kms_key_id ?? ""),
      };
    });
}
