import type { Json } from "../world/world.ts";
import type { Chart, ValueNode } from "./chart.ts";
import { isMap, type Values } from "./values.ts";

type Verdict = "known" | "open" | "passed" | "unknown" | { readonly wrongType: string };

/**
 * What is wrong with values for a chart: keys that nothing reads (Helm says nothing about them), and wrong types.
 * The rules stand in the charts' README: the tree of values, open and passed maps, keys only templates read.
 */
export function judgeValues(chart: Chart, values: Values): string[] {
  return leaves(values, []).flatMap(({ path, value }) => {
    const dotted = path.map((key) => key.replaceAll(".", "\\.")).join(".");
    const verdict = judge(chart, path, value);
    if (verdict === "unknown") return [`${chart.chart} ${chart.version} does not read ${dotted}`];
    if (verdict === "passed" && !chart.looseFields.includes(path.at(-1) ?? ""))
      return [`${chart.chart} ${chart.version} hands ${dotted} on, but no such field is known`];
    if (typeof verdict === "object") return [`${dotted} should be a ${verdict.wrongType}`];
    return [];
  });
}

/** Paths to everything that is not a map with something in it. */
function leaves(value: Json, path: readonly string[]): { path: readonly string[]; value: Json }[] {
  if (!isMap(value) || Object.keys(value).length === 0) return path.length === 0 ? [] : [{ path, value }];
  return Object.entries(value).flatMap(([key, below]) => leaves(below, [...path, key]));
}

function judge(chart: Chart, path: readonly string[], value: Json): Verdict {
  let keys: Readonly<Record<string, ValueNode>> | undefined = chart.values;
  let otherwise: Verdict = "unknown";
  let node: ValueNode | undefined;
  for (const key of path) {
    node = keys && Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!node) return isReadOnly(chart, path) ? "known" : otherwise;
    if (node.type === "null" || node.type === "list") return "known";
    otherwise = below(node, otherwise);
    keys = node.keys;
  }
  return node === undefined || fits(node, value) ? "known" : { wrongType: node.type };
}

/** What goes below a node for keys that it does not name; open maps stay open all the way down. */
function below(node: ValueNode, above: Verdict): Verdict {
  if (node.open || above === "open") return "open";
  return node.passed ? "passed" : above;
}

/** In `readOnly`, above an entry of it, or below one. */
function isReadOnly(chart: Chart, path: readonly string[]): boolean {
  const dotted = path.join(".");
  return chart.readOnly.some(
    (entry) => entry === dotted || entry.startsWith(`${dotted}.`) || dotted.startsWith(`${entry}.`),
  );
}

/** `null` takes a key away and always fits; a number may be written where a string is expected, templates print it. */
function fits(node: ValueNode, value: Json): boolean {
  if (value === null) return true;
  if (node.type === "map") return isMap(value);
  if (node.type === "bool") return typeof value === "boolean";
  if (node.type === "int" || node.type === "number")
    return typeof value === "number" || typeof value === "string";
  return !isMap(value) && !Array.isArray(value);
}
