import type { Json } from "../world/world.ts";
import type { Chart, ValueNode } from "./chart.ts";
import type { Values } from "./values.ts";

/** What stands for a default whose content is not recorded: long strings and lists. */
const unrecorded = (node: ValueNode): Json =>
  node.type === "list" ? [] : node.type === "string" ? "" : null;

const contentOf = (node: ValueNode): Json => {
  if (node.type === "map") return tree(node.keys ?? {});
  return node.default ?? unrecorded(node);
};

const tree = (keys: Readonly<Record<string, ValueNode>>): Values =>
  Object.fromEntries(Object.entries(keys).map(([key, node]) => [key, contentOf(node)]));

/** A chart's own values, as far as they are recorded: every key, with content where it is short. */
export const defaultValues = (chart: Chart): Values => tree(chart.values);
