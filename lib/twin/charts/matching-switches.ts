import type { Json } from "../world/world.ts";
import type { Chart, Switch, ValueNode } from "./chart.ts";
import { isMap, sameJson, splitPath, type Values, valueAt } from "./values.ts";

/** The given settings do not render; `message` is Helm's own. */
export class ChartRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ChartRefusedError";
  }
}

/**
 * The recorded switches that the given values turn, smaller ones first, so that what a combination does wins.
 * A leaf may differ from the recorded one if the recorded value shows up in the effect: then the effect is
 * taken over with the given value in its place (`replicas 3` serves `replicaCount: 2` too).
 */
export function matchingSwitches(chart: Chart, values: Values, apiVersions: ReadonlySet<string>): Switch[] {
  const matching = Object.values(chart.switches)
    .filter((one) => one.effect !== "none" && (one.apiVersions ?? []).every((api) => apiVersions.has(api)))
    .flatMap((one) => {
      const fitted = fittedTo(chart, one, values);
      return fitted ? [fitted] : [];
    })
    .sort((a, b) => Object.keys(a.set).length - Object.keys(b.set).length);
  const refused = matching.findLast((one) => one.refused !== undefined);
  // A larger matching switch that renders says what was missing is there now.
  if (refused?.refused !== undefined && matching.at(-1) === refused)
    throw new ChartRefusedError(refused.refused);
  return matching.filter((one) => one.refused === undefined);
}

function fittedTo(chart: Chart, one: Switch, values: Values): Switch | undefined {
  const replaced: { from: Json; to: Json }[] = [];
  for (const [path, recorded] of Object.entries(one.set)) {
    const given = valueAt(values, path);
    if (given === undefined) return undefined;
    if (sameJson(given, recorded)) continue;
    if (typeof recorded === "boolean" || recorded === null || sameJson(given, defaultOf(chart, path)))
      return undefined;
    replaced.push({ from: recorded, to: given });
  }
  if (replaced.length === 0) return one;
  if (!isUnambiguous(one, replaced, values)) return undefined;
  const effect = { changed: one.changed ?? {}, added: one.added ?? [] } as unknown as Json;
  if (!replaced.every(({ from }) => mentions(effect, from))) return undefined;
  const exchanged = replaced
    .flatMap(({ from, to }) => pairs(from, to))
    .reduce((json, { from, to }) => exchange(json, from, to), effect);
  return { ...one, ...(exchanged as unknown as Pick<Switch, "changed" | "added">) };
}

/** What to exchange for what: maps as a whole, then the strings in them that both have. */
function pairs(from: Json, to: Json): { from: Json; to: Json }[] {
  if (!isMap(from) || !isMap(to)) return [{ from, to }];
  const inner = Object.entries(from).flatMap(([key, below]) => {
    const given = to[key];
    return typeof below === "string" && typeof given === "string" ? [{ from: below, to: given }] : [];
  });
  return [{ from, to }, ...inner];
}

/** Two settings recorded with the same value but given different ones cannot be told apart in the effect. */
const isUnambiguous = (one: Switch, replaced: readonly { from: Json; to: Json }[], values: Values): boolean =>
  Object.entries(one.set).every(([path, recorded]) => {
    const same = replaced.find(({ from }) => sameJson(from, recorded));
    return same === undefined || sameJson(same.to, valueAt(values, path));
  });

function defaultOf(chart: Chart, path: string): Json | undefined {
  if (Object.hasOwn(chart.renderedWith, path)) return chart.renderedWith[path];
  let keys: Readonly<Record<string, ValueNode>> | undefined = chart.values;
  let node: ValueNode | undefined;
  for (const key of splitPath(path)) {
    node = keys?.[key];
    keys = node?.keys;
  }
  return node?.default;
}

/** What says which object it is, not what a setting did: values there are never exchanged. */
const IDENTITY = new Set(["apiVersion", "kind", "from", "unset"]);

function mentions(json: Json, value: Json): boolean {
  if (sameJson(json, value)) return true;
  if (Array.isArray(json)) return json.some((item) => mentions(item, value));
  return (
    isMap(json) && Object.entries(json).some(([key, item]) => !IDENTITY.has(key) && mentions(item, value))
  );
}

function exchange(json: Json, from: Json, to: Json): Json {
  if (sameJson(json, from)) return to;
  if (Array.isArray(json)) return json.map((item) => exchange(item, from, to));
  if (!isMap(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, item]) => [key, IDENTITY.has(key) ? item : exchange(item, from, to)]),
  );
}
