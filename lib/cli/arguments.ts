import { layerName } from "../catalogue/define-layers.ts";
import { LAYERS } from "../catalogue/layers.ts";
import { BREAKS } from "../twin/breaks/breaks.ts";
import { didYouMean } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

/** `--layers a,b`. */
export function parseLayers(text: string): string[] {
  const known = LAYERS.map(({ directory }) => layerName(directory));
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0)
    throw new UsageError(`--layers: name at least one of ${known.join(", ")}. Nothing was started.`);
  for (const name of names)
    if (!known.includes(name))
      throw new UsageError(
        `--layers: there is no layer "${name}"${didYouMean(name, known)} The layers are ${known.join(", ")}. Nothing was started.`,
      );
  return names;
}

/** `--break a --break b`. */
export function collectBreak(name: string, earlier: readonly string[] = []): string[] {
  const known = BREAKS.map((entry) => entry.name);
  if (!known.includes(name))
    throw new UsageError(
      `--break: there is no break "${name}"${didYouMean(name, known)} \`npm run strata -- twin breaks\` lists them. Nothing was started.`,
    );
  return [...earlier, name];
}

/** `--reason`: the state machine refuses an empty one; so does the command line, before anything starts. */
export function parseReason(text: string): string {
  if (text.trim() === "")
    throw new UsageError("--reason: say why, in a few words; it is kept with the run. Nothing was started.");
  return text;
}

/** `--latency`: a factor on every modelled latency. */
export function parseLatency(text: string): number {
  const factor = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(factor) && factor > 0) return factor;
  throw new UsageError(`--latency: "${text}" is not a number above 0, like 0.5 or 2. Nothing was started.`);
}

/** `--port`: of TCP; 0 takes any that is free. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port: "${text}" is not a port between 0 and 65535. Nothing was started.`);
}

/** A week in a minute; beyond that, watches would be flooded. */
const FASTEST = 10_000;

/** `--speed`: how many virtual seconds go by in a real one. */
export function parseSpeed(text: string): number {
  const factor = text.trim() === "" ? Number.NaN : Number(text);
  if (factor > 0 && factor <= FASTEST) return factor;
  throw new UsageError(
    `--speed: "${text}" is not a number above 0 and up to ${FASTEST}, like 1 or 60. Nothing was started.`,
  );
}

/**
 * `--input`: the execution's whole input. Its content is the pipeline's to judge; here it only has to be JSON,
 * and to ask for nothing else than the command does.
 */
export function parseInput(text: string, operation: string): unknown {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `--input is not JSON: ${(error as Error).message}. Write it like '{"operation":"${operation}","reason":"why"}', in single quotes for the shell. Nothing was started.`,
    );
  }
  const asked = typeof input === "object" && input !== null ? Reflect.get(input, "operation") : undefined;
  if (["deploy", "plan", "destroy"].includes(asked as string) && asked !== operation)
    throw new UsageError(
      `--input asks for the operation "${asked}", but the command is "twin ${operation}"; use "twin ${asked}". Nothing was started.`,
    );
  return input;
}

/** A change of the configuration in cdk.json: where, from `strata` downwards, and the value that stands there instead. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** `--set edge=envoy --set layers.app.issuer=letsencrypt-staging`; a value that is JSON is taken as JSON. */
export function collectSetting(text: string, earlier: readonly Setting[] = []): Setting[] {
  const [, path, value = ""] = /^([\w-]+(?:\.[\w-]+)*)=(.*)$/s.exec(text) ?? [];
  if (path === undefined)
    throw new UsageError(
      `--set: "${text}" is not <key>=<value>, like edge=envoy or layers.app.issuer=letsencrypt-staging. Nothing was started.`,
    );
  return [...earlier, { path: path.split("."), value: parsedOrText(value) }];
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
