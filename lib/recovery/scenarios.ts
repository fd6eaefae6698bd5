/** The four disasters, what brings the platform back from each, and what was once promised for it. */
import * as z from "zod";

export const ScenarioNameSchema = z.enum(["volume", "deletion", "cluster", "region"]);
export type ScenarioName = z.infer<typeof ScenarioNameSchema>;

export interface Scenario {
  /** What was lost, for a person. */
  readonly lost: string;
  /** Minutes in which the platform was to be back: the figures of the README that this platform replaces. */
  readonly promisedMinutes: readonly [low: number, high: number];
  /** Whose newest backup brings it back; undefined: only a second environment could, and none is rehearsed yet. */
  readonly schedule?: string;
}

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  volume: { lost: "the data of a volume", promisedMinutes: [5, 10], schedule: "daily" },
  deletion: {
    lost: "a namespace, volumes and their snapshots included",
    promisedMinutes: [2, 5],
    schedule: "weekly",
  },
  cluster: { lost: "the cluster", promisedMinutes: [15, 30] },
  region: { lost: "the region", promisedMinutes: [30, 60] },
};
