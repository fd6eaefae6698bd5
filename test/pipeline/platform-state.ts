import type { ObjectVersion } from "../../lib/twin/world/records.ts";
import type { Json, WorldSnapshot } from "../../lib/twin/world/world.ts";

/**
 * Everything of the platform: objects of the cluster, volumes, snapshots, roles, keys, and what can be read in the
 * buckets that the control plane does not own.
 * Left out are the control plane's own records, and, of objects, what goes on by itself: a location is validated every
 * minute, an Application compared every few, a secret fetched anew every hour (their status, and with it their version).
 */
function platformOf({ collections }: WorldSnapshot): Map<string, string> {
  const kept = new Map<string, string>();
  const keep = (name: string, key: string, record: Json): void => {
    kept.set(`${name}: ${key}`, JSON.stringify(record));
  };
  for (const name of [
    "ec2.volumes",
    "ec2.snapshots",
    "iam.roles",
    "kms.keys",
    "eks.clusters",
    "eks.nodegroups",
    "route53.records",
    "elb.load-balancers",
    "aws.resources",
  ])
    for (const [key, record] of Object.entries(collections[name] ?? {})) keep(name, key, record);
  for (const [key, record] of Object.entries(collections["kubernetes.objects"] ?? {})) {
    const { status, metadata, ...rest } = record as { status?: Json; metadata: { [field: string]: Json } };
    const own = /\/(Application|BackupStorageLocation|ExternalSecret)\//.test(key)
      ? { ...rest, metadata: { name: metadata.name ?? "" } }
      : record;
    keep("object", key, own as Json);
  }
  for (const [key, versions] of Object.entries(collections["s3.objects"] ?? {})) {
    const newest = (versions as unknown as ObjectVersion[]).at(-1);
    if (key.startsWith("prod-backups-") && newest && !newest.deleteMarker)
      keep("s3", key, newest as unknown as Json);
  }
  return kept;
}

/** What of it is not the same in both. */
export function differences(before: WorldSnapshot, after: WorldSnapshot): string[] {
  const [was, is] = [platformOf(before), platformOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
}
