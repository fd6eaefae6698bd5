import * as z from "zod";
import type { Reading } from "../reading.ts";

/** One target, as far as it is judged. @see https://prometheus.io/docs/prometheus/latest/querying/api/#targets */
const TargetSchema = z.object({
  /** `serviceMonitor/<namespace>/<name>/<endpoint>` where the operator wrote the configuration. */
  scrapePool: z.string(),
  scrapeUrl: z.string(),
  /** up, down, or unknown until the first scrape. */
  health: z.string(),
  lastError: z.string().default(""),
  lastScrape: z.string().optional(),
});
export type Target = z.infer<typeof TargetSchema>;

export const TargetsAnswerSchema = z.object({
  status: z.string(),
  data: z.object({ activeTargets: z.array(TargetSchema) }),
});

export interface TargetsFacts {
  /** Null: there is no such Service. */
  readonly targets: Reading<readonly Target[] | null>;
}
