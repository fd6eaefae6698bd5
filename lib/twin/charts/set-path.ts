import type { Json } from "../world/world.ts";
import { isMap, type Values } from "./values.ts";

/** How the text of a `set` becomes a value: `auto` guesses as Helm does, `string` never guesses, `literal` takes all as is. */
export type SetType = "auto" | "string" | "literal";

/** @see helm.sh/helm/v3/pkg/strvals: `typedVal` */
export function setValue(text: string, type: SetType): Json {
  if (type !== "auto") return text;
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  if (/^null$/i.test(text)) return null;
  if (text === "0") return 0;
  if (/^[+-]?[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  if (text.startsWith("{") && text.endsWith("}"))
    return splitUnescaped(text.slice(1, -1), ",").map((item) => setValue(item.trim(), type));
  return text.replaceAll("\\,", ",");
}

const splitUnescaped = (text: string, separator: string): string[] =>
  text === "" ? [] : text.split(new RegExp(`(?<!\\\\)${separator}`));

/** The steps of a path such as `a.b[0].c`: keys and list indices. */
function steps(path: string): (string | number)[] {
  return splitUnescaped(path, "\\.").flatMap((part) => {
    const indices = [...part.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]));
    return [part.replace(/(\[\d+\])+$/, "").replaceAll("\\.", "."), ...indices];
  });
}

/** The values with one `set` put in, as `--set path=value` does. */
export function withSet(values: Values, path: string, value: Json): Values {
  return put(values, steps(path), value) as Values;
}

function put(at: Json | undefined, path: readonly (string | number)[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = Array.isArray(at) ? [...at] : [];
    while (list.length <= step) list.push(null);
    list[step] = put(list[step], rest, value);
    return list;
  }
  const map: Values = isMap(at) ? { ...at } : {};
  map[step] = put(map[step], rest, value);
  return map;
}
