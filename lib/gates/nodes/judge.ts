import type { Finding } from "../../run/finding.ts";
import { describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { NodesExpectation } from "./expectation.ts";
import type { Node, NodesFacts } from "./facts.ts";
import { judgeSkew } from "./skew.ts";

/** Conditions that are bad when they hold. @see https://kubernetes.io/docs/reference/node/node-status/ */
const PRESSURES = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

/**
 * Enough nodes that are ready and take pods. A node more than that which is not ready is a warning only: the
 * autoscaler adds and removes nodes all day.
 */
export function judgeNodes(
  { nodes, serverVersion }: NodesFacts,
  { minimumReady }: NodesExpectation,
): Finding[] {
  const enough = question("enough-nodes", "nodes", `${minimumReady} ready and schedulable`);
  if (!nodes.read) return [enough.unknown(nodes.problem)];
  const troubles = nodes.value.map((node) => ({ node, trouble: troubleOf(node) }));
  const ready = troubles.filter(({ trouble }) => trouble === undefined).length;
  const observed = `${ready} of ${nodes.value.length}`;
  const first = troubles.find(({ trouble }) => trouble !== undefined);
  const why = first ? ` ${first.node.metadata.name}: ${first.trouble}.` : "";
  const total =
    ready >= minimumReady
      ? enough.pass(observed)
      : enough.pending(observed, `only ${observed} nodes are ready, expected ${minimumReady}.${why}`);
  return [
    total,
    ...troubles.map(({ node, trouble }) => judgeNode(node, trouble)),
    ...judgeSkew(nodes.value, serverVersion),
  ];
}

function judgeNode(node: Node, trouble: string | undefined): Finding {
  const ask = question(
    "nodes-ready",
    `Node ${node.metadata.name}`,
    "Ready, without pressure, schedulable",
    "warning",
  );
  return trouble === undefined ? ask.pass("ready") : ask.pending(trouble);
}

function troubleOf({ metadata, spec, status }: Node): string | undefined {
  if (metadata.deletionTimestamp) return "being deleted";
  const conditions = status?.conditions ?? [];
  const ready = conditions.find((condition) => condition.type === "Ready");
  if (ready?.status !== "True") return describeCondition(ready, "Ready");
  const pressure = conditions.find(({ type, status: holds }) => PRESSURES.includes(type) && holds === "True");
  if (pressure) return describeCondition(pressure, pressure.type);
  if (spec?.unschedulable) return "cordoned";
  // Whatever its key, a pod that does not know it is not taken, and the platform's pods know none.
  const taint = spec?.taints?.find(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");
  return taint && `tainted ${taint.key}`;
}
