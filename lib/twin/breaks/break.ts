import type { Kubernetes } from "../kubernetes/contract.ts";
import type { World } from "../world/world.ts";

/** What a break may touch: the world, and the names under which things stand in it. */
export interface BreakTarget {
  readonly world: World;
  readonly environment: string;
  readonly domain: string;
  readonly stateBucket: string;
  readonly artefactBucket: string;
  readonly kubernetes: Kubernetes;
  /** What a person does in the Step Functions console. */
  stopExecution(executionArn: string): void;
}

/** A named fault. It edits only the world or the network; nothing that is judged knows its name. */
export interface Break {
  readonly name: string;
  /** What it does, in one line. */
  readonly description: string;
  prepare(target: BreakTarget): void;
}

export const projectOf = (environment: string, step: "plan" | "apply", layer: string): string =>
  `${environment}-${step}-${layer}`;
