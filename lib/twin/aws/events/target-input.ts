import type { Json } from "../../world/world.ts";
import type { TargetRecord } from "../collections.ts";

/** EventBridge's JSONPath: `$` and member names only. */
function pick(path: string, event: Json): Json | undefined {
  if (!/^\$(\.[\w-]+)*$/.test(path)) throw new Error(`event path ${path} is not modelled`);
  let value: Json | undefined = event;
  for (const name of path.split(".").slice(1)) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
    value = value[name];
  }
  return value;
}

const isInsideQuotes = (text: string): boolean =>
  (text.replace(/\\./g, "").match(/"/g)?.length ?? 0) % 2 === 1;

/** Text in quotes takes a value without quotes of its own; elsewhere the value stands as JSON. */
function placed(value: Json | undefined, quoted: boolean): string {
  if (!quoted) return JSON.stringify(value ?? null);
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return JSON.stringify(text).slice(1, -1);
}

function transform(template: string, values: Readonly<Record<string, Json | undefined>>): Json {
  let filled = "";
  let from = 0;
  for (const match of template.matchAll(/<([^<>]+)>/g)) {
    filled += template.slice(from, match.index);
    from = match.index + match[0].length;
    const [placeholder, name = ""] = match;
    filled += name in values ? placed(values[name], isInsideQuotes(filled)) : placeholder;
  }
  filled += template.slice(from);
  try {
    return JSON.parse(filled) as Json;
  } catch {
    return filled;
  }
}

/** What a target receives for an event: all of it, a part, a constant, or a template filled from it. */
export function targetInput(target: TargetRecord, ruleArn: string, event: Json): Json {
  if (target.input !== undefined) return JSON.parse(target.input) as Json;
  if (target.inputPath !== undefined) return pick(target.inputPath, event) ?? null;
  const transformer = target.inputTransformer;
  if (!transformer) return event;
  const values: Record<string, Json | undefined> = {
    "aws.events.rule-arn": ruleArn,
    "aws.events.event": event,
    "aws.events.event.json": event,
  };
  for (const [name, path] of Object.entries(transformer.inputPathsMap)) values[name] = pick(path, event);
  return transform(transformer.inputTemplate, values);
}
