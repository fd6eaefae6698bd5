import { createHash } from "node:crypto";
import { COLLECTIONS, type FaultRecord } from "../../../world/records.ts";
import type { World } from "../../../world/world.ts";
import type { ApiObject } from "../api-object.ts";
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from "../json-values.ts";
import { quantityOf } from "../quantity.ts";

/** What a container takes that asks for nothing (estimate). */
const UNASKED = { cpu: 0.01, memory: 32 * 2 ** 20 };
/** Of its request, a container takes between a fifth and two fifths: nothing loads the platform here. */
const LEAST_SHARE = 0.2;
const SHARE_SPAN = 0.2;

export interface ContainerUsage {
  readonly name: string;
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** Always the same for the same container, between 0 and 1. */
const fraction = (subject: string): number =>
  createHash("sha256").update(subject).digest().readUInt32BE() / 2 ** 32;

/**
 * What the containers of a running pod take. Honours the fault `load` { workload, factor }: pods whose name begins
 * with the workload's take so many times as much CPU.
 */
export function usageOfPod(world: World, pod: ApiObject): ContainerUsage[] {
  if (textAt(pod, "status", "phase") !== "Running") return [];
  const factor = loadOn(world, pod.metadata.name);
  return objectsAt(pod, "spec", "containers").map((container) => {
    const name = String(container.name);
    const share = LEAST_SHARE + SHARE_SPAN * fraction(`${pod.metadata.uid}/${name}`);
    const requests = objectAt(container, "resources", "requests") ?? {};
    const amount = (resource: "cpu" | "memory"): number =>
      requests[resource] === undefined ? UNASKED[resource] : quantityOf(requests[resource]) * share;
    return { name, cpu: amount("cpu") * factor, memory: amount("memory") };
  });
}

function loadOn(world: World, pod: string): number {
  const fault = world
    .collection<FaultRecord>(COLLECTIONS.faults)
    .values()
    .find((fault) => fault.kind === "load" && pod.startsWith(`${String(fault.workload)}-`));
  return typeof fault?.factor === "number" ? fault.factor : 1;
}

/** As the metrics server writes amounts: nanocores and kibibytes. */
export const usageText = ({ cpu, memory }: { cpu: number; memory: number }): JsonObject => ({
  cpu: `${Math.round(cpu * 1e9)}n`,
  memory: `${Math.round(memory / 1024)}Ki`,
});

/** The CPU that a pod's containers ask for, in cores; undefined if one of them asks for none. */
export function requestedCpu(pod: ApiObject): number | undefined {
  const asked = objectsAt(pod, "spec", "containers").map(
    (container) => objectAt(container, "resources", "requests")?.cpu,
  );
  return asked.some((value) => value === undefined || isObject(value))
    ? undefined
    : asked.reduce<number>((sum, value) => sum + quantityOf(value), 0);
}
