import { createHash } from "node:crypto";
import type { ClusterRecord } from "../world/records.ts";

/** The virtual address of a cluster's endpoint: inside the VPC's private range, from its name. */
export function endpointAddress({ endpoint }: Pick<ClusterRecord, "endpoint">): string {
  const [a = 0, b = 0] = createHash("sha256").update(endpoint.toLowerCase()).digest();
  return `10.0.${a}.${1 + (b % 254)}`;
}
