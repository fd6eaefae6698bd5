import type { Path, Step } from "./tokens.ts";
import { type AttributeValue, type Item, invalid } from "./values.ts";

function child(value: AttributeValue | undefined, step: Step): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if ("name" in step) return "M" in value ? value.M[step.name] : undefined;
  return "L" in value ? value.L[step.index] : undefined;
}

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) value = child(value, step);
  return value;
}

const badPath = (): Error =>
  invalid("The document path provided in the update expression is invalid for update");

/** The value with the one at `path` replaced, or removed when `replacement` is undefined. Never mutates. */
function changed(
  value: AttributeValue | undefined,
  path: Path,
  replacement: AttributeValue | undefined,
): AttributeValue {
  const [step, ...rest] = path;
  if (!step || value === undefined) throw badPath();
  const inner = (): AttributeValue | undefined =>
    rest.length === 0 ? replacement : changed(child(value, step), rest, replacement);
  if ("name" in step && "M" in value) {
    const { [step.name]: _, ...others } = value.M;
    const made = inner();
    return { M: made === undefined ? others : { ...others, [step.name]: made } };
  }
  if ("index" in step && "L" in value) {
    const made = inner();
    if (step.index >= value.L.length) return { L: made === undefined ? value.L : [...value.L, made] };
    return { L: value.L.flatMap((one, index) => (index === step.index ? (made ?? []) : one)) };
  }
  throw badPath();
}

export function withValueAt(item: Item, path: Path, replacement: AttributeValue | undefined): Item {
  const result = changed({ M: item }, path, replacement);
  return "M" in result ? result.M : item;
}

/** Only the attributes that the paths name, nested as they were. */
export function projected(item: Item, paths: readonly Path[]): Item {
  let result: Item = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value !== undefined) result = withProjected(result, path, value);
  }
  return result;
}

/** Elements of a projected list stand together at its beginning, as in AWS. */
function withProjected(item: Item, path: Path, value: AttributeValue): Item {
  const place = (into: AttributeValue | undefined, steps: Path): AttributeValue => {
    const [step, ...rest] = steps;
    if (!step) return value;
    if ("index" in step) return { L: [...(into && "L" in into ? into.L : []), place(undefined, rest)] };
    const members = into && "M" in into ? into.M : {};
    return { M: { ...members, [step.name]: place(members[step.name], rest) } };
  };
  const result = place({ M: item }, path);
  return "M" in result ? result.M : item;
}
