import type { Json } from "../../world/world.ts";
import { isObject, type JsonObject } from "../contract.ts";

/**
 * The part of JSONPath mode that flow-only definitions need: reference paths (`$.a.b[0]['c']`), the context
 * object (`$$`) and variables (`$name`). Wildcards, filters, slices and intrinsic functions are refused.
 */
export interface Path {
  /** `$` the input, `$$` the context object, otherwise a variable's name. */
  readonly root: string;
  readonly steps: readonly (string | number)[];
}

export interface PathScope {
  readonly input: Json;
  readonly context: JsonObject;
  readonly variables: JsonObject;
}

/** A path that leads nowhere in this input. */
export class PathFailure extends Error {}

const STEP = /^(?:\.([A-Za-z0-9_-]+)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\])/;

/** The path, or undefined when the text is not one that this interpreter can follow. */
export function parsePath(text: string): Path | undefined {
  const root = /^\$(\$|[A-Za-z_][A-Za-z0-9_]*)?/.exec(text);
  if (!root) return undefined;
  const steps: (string | number)[] = [];
  let rest = text.slice(root[0].length);
  while (rest !== "") {
    const step = STEP.exec(rest);
    if (!step) return undefined;
    steps.push(step[3] === undefined ? (step[1] ?? step[2] ?? "") : Number(step[3]));
    rest = rest.slice(step[0].length);
  }
  return { root: root[1] === undefined ? "$" : root[1] === "$" ? "$$" : root[1], steps };
}

const stepInto = (value: Json | undefined, step: string | number): Json | undefined => {
  if (typeof step === "number") return Array.isArray(value) ? value[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
};

/** What the path points to, or undefined. */
export function lookUp(text: string, scope: PathScope): Json | undefined {
  const path = parsePath(text);
  if (!path) throw new PathFailure(`Invalid path '${text}'`);
  const root =
    path.root === "$" ? scope.input : path.root === "$$" ? scope.context : scope.variables[path.root];
  return path.steps.reduce<Json | undefined>(stepInto, root);
}

export function resolve(text: string, field: string, scope: PathScope): Json {
  const value = lookUp(text, scope);
  if (value !== undefined) return value;
  throw new PathFailure(
    `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.input)}'`,
  );
}

/** Replaces every `"key.$": path` by `"key": value`. */
export function resolveTemplate(template: Json, field: string, scope: PathScope): Json {
  if (Array.isArray(template)) return template.map((item) => resolveTemplate(item, field, scope));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, item]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), resolve(String(item), `${field}/${key}`, scope)]
        : [key, resolveTemplate(item, `${field}/${key}`, scope)],
    ),
  );
}

/** Puts `value` where `ResultPath` says; a missing parent is made. */
export function place(path: string, target: Json, value: Json): Json {
  const steps = parsePath(path)?.steps ?? [];
  const put = (into: Json | undefined, [step, ...rest]: readonly (string | number)[]): Json => {
    if (step === undefined) return value;
    return { ...(isObject(into) ? into : {}), [step]: put(stepInto(into, step), rest) };
  };
  return put(target, steps);
}
