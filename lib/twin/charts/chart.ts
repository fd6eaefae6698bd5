import { readdirSync, readFileSync } from "node:fs";
import type { Json } from "../world/world.ts";

type Fields = { [key: string]: Json };

/** One object of a chart's inventory: identity and the key fields of its kind, not a whole manifest. */
export interface RecordedObject extends Fields {
  apiVersion: string;
  kind: string;
  name: string;
}

/** One node of the tree of a chart's values. */
export interface ValueNode {
  readonly type: "string" | "bool" | "int" | "number" | "null" | "list" | "map";
  readonly default?: Json;
  readonly keys?: Readonly<Record<string, ValueNode>>;
  /** Any key goes here and below. */
  readonly open?: boolean;
  /** A template hands the map on whole; names in `looseFields` may be read from it. */
  readonly passed?: boolean;
}

/** What one set of settings does to the rendered objects. */
export interface Switch {
  readonly set: Readonly<Record<string, Json>>;
  /** The APIs the cluster must have when the chart is rendered. */
  readonly apiVersions?: readonly string[];
  readonly added?: readonly RecordedObject[];
  /** `<kind> <namespace>/<name>` or `<kind> <name>` */
  readonly removed?: readonly string[];
  readonly changed?: Readonly<Record<string, Readonly<Record<string, Json>> | string>>;
  readonly effect?: "none";
  /** Helm's message: the chart does not render with these settings. */
  readonly refused?: string;
}

/** Facts about one version of one chart. @see ../recorded/charts/README.md */
export interface Chart {
  readonly chart: string;
  readonly version: string;
  readonly appVersion: string;
  readonly repository: string | null;
  readonly oci: string | null;
  readonly withoutSettings: { readonly renders: boolean; readonly message?: string };
  readonly renderedWith: Readonly<Record<string, Json>>;
  readonly release: { readonly name: string; readonly namespace: string };
  readonly objects: readonly RecordedObject[];
  readonly switches: Readonly<Record<string, Switch>>;
  readonly values: Readonly<Record<string, ValueNode>>;
  readonly readOnly: readonly string[];
  readonly looseFields: readonly string[];
  readonly valuesSchema?: Json;
}

const FOLDER = new URL("../recorded/charts/", import.meta.url);
const loaded = new Map<string, Chart>();

/** Names of the charts that are recorded, in order. */
export function recordedCharts(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** The recorded chart of that name, or undefined. Read once. */
export function loadChart(name: string): Chart | undefined {
  const known = loaded.get(name);
  if (known) return known;
  if (!recordedCharts().includes(name)) return undefined;
  const chart = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")) as Chart;
  loaded.set(name, chart);
  return chart;
}
