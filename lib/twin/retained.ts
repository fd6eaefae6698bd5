import type { Retained as LeftOnPurpose } from "../run/plan.ts";
import type { TableRecord } from "./aws/collections.ts";
import { AWS_COLLECTIONS } from "./aws/collections.ts";
import type { Twin } from "./twin.ts";
import { type BucketRecord, COLLECTIONS, type LoadBalancerRecord } from "./world/records.ts";

export interface Retained {
  readonly what: string;
  readonly because: string;
}

/**
 * What still holds data after everything was destroyed, for the operator to keep or to delete by hand. Resources
 * of layers that a destroy should have removed are listed, too, and said to be left behind.
 */
export function retainedIn(
  { world, deployment }: Twin,
  removed: readonly { readonly name: string; readonly retained?: LeftOnPurpose }[],
): Retained[] {
  const buckets = world.collection<BucketRecord>(COLLECTIONS.buckets).values();
  const keys = world.collection<{ arn: string; controlPlane?: boolean }>(COLLECTIONS.kmsKeys).values();
  const tables = world.collection<TableRecord>(AWS_COLLECTIONS.tables).values();
  const layers = world.collection<{ type: string; id: string }>(COLLECTIONS.resources).values();
  const balancers = world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();
  const keyOf = ({ type, id }: { type: string; id: string }): string => `${type} ${id}`;
  const kept = new Set(
    removed.flatMap(({ retained }) =>
      (retained?.resources ?? []).map(({ address, id = "" }) =>
        keyOf({ type: address.split(".")[0] ?? "", id }),
      ),
    ),
  );
  const reasons: Readonly<Record<string, string>> = {
    [deployment.stateBucket]: "the layers' Terraform states, all versions",
    [deployment.artefactBucket]: "sources, reviews and reports of every run",
  };
  return [
    ...buckets
      .filter(({ controlPlane }) => controlPlane)
      .map(({ name }) => ({ what: `s3://${name}`, because: reasons[name] ?? "assets of the control plane" })),
    ...tables.map(({ name }) => ({ what: `table ${name}`, because: "records of runs and layers" })),
    ...keys
      .filter(({ controlPlane }) => controlPlane)
      .map(({ arn }) => ({ what: arn, because: "what the buckets and the table are encrypted with" })),
    ...removed.flatMap(({ name, retained }) =>
      (retained?.resources ?? []).map(({ address, id, arn }) => ({
        what: `${address} (${arn ?? id})`,
        because: `${name}: ${retained?.because}`,
      })),
    ),
    ...layers
      .filter((resource) => !kept.has(keyOf(resource)))
      .map(({ type, id }) => ({ what: `${type} ${id}`, because: "left behind by a layer" })),
    ...balancers.map(({ name }) => ({
      what: `load balancer ${name}`,
      because: "left behind by the cluster that asked for it",
    })),
  ];
}
