/** The four disasters, what brings the platform back from each, and what was once promised for it. */
import * as z from "zod";

export const ScenarioNameSchema = z.enum(["volume", "deletion", "cluster", "region"]);
export type ScenarioName = z.infer<typeof ScenarioNameSchema>;

export interface Scenario {
  /** What was lost, for a person. */
  readonly lost: string;
  /** Minutes in which the platform was to be back: the figures of the README that this platform replaces. */
  readonly promisedMinutes: readonly [low: number, high: number];
  /** Whose newest backup brings it back. */
  readonly schedule: "daily" | "weekly";
  /** Must a cluster be built before anything can be restored? Then it is rehearsed in an environment of its own. */
  readonly rebuilds: boolean;
}

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  volume: {
    lost: "the data of a volume",
    promisedMinutes: [5, 10],
    schedule: "daily",
    rebuilds: false,
  },
  deletion: {
    lost: "a namespace, volumes and their snapshots included",
    promisedMinutes: [2, 5],
    schedule: "weekly",
    rebuilds: false,
  },
  cluster: { lost: "the cluster", promisedMinutes: [15, 30], schedule: "daily", rebuilds: true },
  region: { lost: "the region", promisedMinutes: [30, 60], schedule: "weekly", rebuilds: true },
};

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];
