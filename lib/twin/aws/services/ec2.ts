import { z } from "zod";
import { COLLECTIONS, type SnapshotRecord, type VolumeRecord } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { type Call, isoTime, operation, present } from "../service.ts";

const FilterSchema = z.array(z.object({ Name: z.string(), Values: z.array(z.string()) })).optional();
type Filters = z.output<typeof FilterSchema>;

const tagList = (tags: Readonly<Record<string, string>>): Json =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** @throws InvalidParameterValue for a filter that is not modelled */
function fits(filters: Filters, tags: Readonly<Record<string, string>>): boolean {
  return (filters ?? []).every(({ Name, Values }) => {
    if (!Name.startsWith("tag:"))
      throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
    const value = tags[Name.slice("tag:".length)];
    return value !== undefined && Values.some((wanted) => wanted === value);
  });
}

/** All of a kind, or those that are named: one that is not there is an error. */
function chosen<T extends { id: string }>(
  all: readonly T[],
  ids: readonly string[] | undefined,
  what: string,
): T[] {
  if (ids === undefined || ids.length === 0) return [...all];
  return ids.map((id) => {
    const found = all.find((one) => one.id === id);
    if (found) return found;
    throw new AwsError(`Invalid${what}.NotFound`, `The ${what.toLowerCase()} '${id}' does not exist.`);
  });
}

const read = <T>(call: Call, collection: string): T[] => call.world.collection<T>(collection).values();

/** Volumes and their snapshots, as Velero and the EBS driver make them; EC2's other things are of Terraform's. */
export const ec2 = {
  DescribeSnapshots: operation(
    z.object({ SnapshotIds: z.array(z.string()).optional(), Filters: FilterSchema }),
    (call, { SnapshotIds, Filters }) => {
      call.allow("ec2:DescribeSnapshots", "*");
      const all = read<SnapshotRecord>(call, COLLECTIONS.snapshots);
      const snapshots = chosen(all, SnapshotIds, "Snapshot").filter(({ tags }) => fits(Filters, tags));
      return {
        Snapshots: snapshots.map((record) => ({
          SnapshotId: record.id,
          VolumeId: record.volumeId,
          VolumeSize: record.sizeGiB,
          State: record.state,
          Progress: record.state === "completed" ? "100%" : "0%",
          StartTime: isoTime(record.startedAt),
          Encrypted: record.encrypted,
          OwnerId: call.accountId,
          StorageTier: "standard",
          Tags: tagList(record.tags),
        })),
      };
    },
  ),
  DescribeVolumes: operation(
    z.object({ VolumeIds: z.array(z.string()).optional(), Filters: FilterSchema }),
    (call, { VolumeIds, Filters }) => {
      call.allow("ec2:DescribeVolumes", "*");
      const all = read<VolumeRecord>(call, COLLECTIONS.volumes);
      const volumes = chosen(all, VolumeIds, "Volume").filter(({ tags }) => fits(Filters, tags));
      return {
        Volumes: volumes.map((record) =>
          present({
            VolumeId: record.id,
            AvailabilityZone: record.availabilityZone,
            Size: record.sizeGiB,
            SnapshotId: record.snapshotId,
            State: "in-use",
            Encrypted: record.encrypted,
            CreateTime: isoTime(record.createdAt),
            VolumeType: "gp3",
            Tags: tagList(record.tags),
          }),
        ),
      };
    },
  ),
};
