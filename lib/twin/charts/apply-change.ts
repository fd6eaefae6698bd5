import type { Json } from "../world/world.ts";
import { isMap, sameJson, type Values } from "./values.ts";

/** Below these, the rest of a path is one key with dots in it. */
const FREE_KEYS = /^(.*?(?:metadata\.labels|metadata\.annotations|matchLabels|spec\.selector|^data))\.(.+)$/;

/** `spec.containers[app].ports` → steps; `[app]` finds the list's item of that name (or index). */
function steps(path: string): string[] {
  const free = FREE_KEYS.exec(path);
  if (free?.[1] !== undefined && free[2] !== undefined) return [...steps(free[1]), free[2]];
  return path.split(/\.(?![^[]*\])/).flatMap((part) => {
    const item = /^([^[]*)((?:\[[^\]]*\])+)$/.exec(part);
    if (!item) return [part];
    return [item[1] ?? "", ...[...(item[2] ?? "").matchAll(/\[([^\]]*)\]/g)].map((match) => `[${match[1]}]`)];
  });
}

const isTold = (value: Json | undefined): boolean =>
  typeof value === "string" && /^\(\d+ characters\)$/.test(value);

/**
 * Applies one recorded change to a manifest, in place. Changes whose new value is not recorded
 * (long texts, content of ConfigMaps) leave it as it is.
 */
export function applyChange(manifest: Values, path: string, change: Json): void {
  const all = steps(path);
  const last = all.at(-1);
  const next = nextValue(change, last ?? "");
  if (last !== undefined && next) visit(manifest, all.slice(0, -1), last, next);
}

function nextValue(change: Json, last: string): Change | undefined {
  if (change === "added" || change === "changed") return (at) => at ?? "";
  if (change === "removed") return () => undefined;
  return isMap(change) ? (at) => changed(at, change, last) : undefined;
}

function changed(at: Json | undefined, change: Values, last: string): Json | undefined {
  if (isTold(change.set) || isTold(change.to)) return at;
  if ("to" in change) return change.to;
  if ("set" in change) return isMap(at) && isMap(change.set) ? { ...at, ...change.set } : change.set;
  if ("unset" in change) return without(at, change.unset, last);
  if ("+" in change || "-" in change) return exchanged(at, change);
  return at;
}

/** Unsetting a map takes its keys away; what was there by default but is not recorded stays away. */
function without(at: Json | undefined, gone: Json | undefined, last: string): Json | undefined {
  if (!last.startsWith("[") && isMap(at) && isMap(gone)) {
    const rest = Object.entries(at).filter(([key]) => !Object.hasOwn(gone, key));
    return rest.length > 0 ? Object.fromEntries(rest) : undefined;
  }
  return undefined;
}

function exchanged(at: Json | undefined, change: Values): Json {
  const gone = Array.isArray(change["-"]) ? change["-"] : [];
  const come = Array.isArray(change["+"]) ? change["+"] : [];
  const kept = (Array.isArray(at) ? at : []).filter((item) => !gone.some((other) => sameJson(item, other)));
  return [...kept, ...come.filter((item) => !kept.some((other) => sameJson(item, other)))];
}

type Change = (at: Json | undefined) => Json | undefined;

function visit(at: Json, path: readonly string[], last: string, change: Change): void {
  let here: Json = at;
  for (const [index, step] of path.entries()) {
    const below = child(here, step, (path[index + 1] ?? last).startsWith("["));
    if (below === undefined) return;
    here = below;
  }
  if (last.startsWith("[")) changeItem(here, last.slice(1, -1), change);
  else if (isMap(here)) {
    const next = change(here[last]);
    if (next === undefined) delete here[last];
    else here[last] = next;
  }
}

/** The map or list below, made if it is not recorded. */
function child(here: Json, step: string, wantsList: boolean): Json | undefined {
  if (step.startsWith("[")) {
    if (!Array.isArray(here)) return undefined;
    const at = itemIndex(here, step.slice(1, -1));
    if (at >= 0) return here[at];
    const made: Values = { name: step.slice(1, -1) };
    here.push(made);
    return made;
  }
  if (!isMap(here)) return undefined;
  here[step] ??= wantsList ? [] : {};
  return here[step];
}

const itemIndex = (list: Json[], name: string): number =>
  /^\d+$/.test(name) ? Number(name) : list.findIndex((item) => isMap(item) && item.name === name);

function changeItem(list: Json, name: string, change: Change): void {
  if (!Array.isArray(list)) return;
  const at = itemIndex(list, name);
  const next = change(at >= 0 ? list[at] : undefined);
  if (next === undefined) {
    if (at >= 0) list.splice(at, 1);
  } else if (at >= 0) list[at] = next;
  else list.push(next);
}
