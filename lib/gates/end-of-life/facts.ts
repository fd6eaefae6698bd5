import * as z from "zod";
import { MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";
import type { AREAS } from "./expectation.ts";

export type Area = (typeof AREAS)[number];

/** A workload, as far as it says which chart made it. */
export const ChartedSchema = z.object({ metadata: MetadataSchema });

/** A node, as far as it says what it runs. */
export const RuntimeNodeSchema = z.object({
  metadata: MetadataSchema,
  status: z.object({ nodeInfo: z.object({ osImage: z.string() }).optional() }).optional(),
});

/** Something that somebody maintains until a day. */
export interface Product {
  readonly area: Area;
  readonly name: string;
  readonly version: string;
}

export interface EndOfLifeFacts {
  /** The cluster's Kubernetes and the end of its standard support, as EKS tells it; undefined: no cluster. */
  readonly cluster: { readonly version: string; readonly standardUntil: Date | undefined } | undefined;
  readonly charts: Reading<readonly Product[]>;
  /** Operating systems of nodes, and the runtime of the control plane's functions. */
  readonly runtimes: Reading<readonly Product[]>;
}
