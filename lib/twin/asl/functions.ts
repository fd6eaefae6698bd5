import { createHash } from "node:crypto";
import jsonata from "jsonata";
import { seededRandom } from "../world/random.ts";

/** What an evaluation may not take from the host: it comes from the world. */
export interface Ambience {
  now(): number;
  /** In [0, 1). */
  random(): number;
  uuid(): string;
}

/** Thrown inside an expression; the evaluator reports it like one of JSONata's own errors. */
const refuse = (code: string, message: string): never => {
  throw Object.assign(new Error(message), { code });
};

const HASHES: Record<string, string> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** JSONata unwraps a *sequence* of one item and drops an empty one; AWS's `$range` returns such a sequence. */
const asSequence = (items: number[]): number[] => Object.defineProperty(items, "sequence", { value: true });

function range(first: unknown, last: unknown, step: unknown): number[] {
  if (typeof first !== "number" || typeof last !== "number" || typeof step !== "number" || step === 0)
    return refuse("T0410", "$range expects a first number, a last number and a step other than 0");
  const items: number[] = [];
  for (let item = first; step > 0 ? item <= last : item >= last; item += step) items.push(item);
  return asSequence(items);
}

function partition(items: unknown, size: unknown): unknown[][] | undefined {
  if (items === undefined) return undefined;
  if (!Array.isArray(items) || typeof size !== "number" || Math.floor(size) < 1)
    return refuse("T0410", "$partition expects an array and a positive size");
  const width = Math.floor(size);
  return Array.from({ length: Math.ceil(items.length / width) }, (_, index) =>
    items.slice(index * width, (index + 1) * width),
  );
}

function hash(text: unknown, algorithm: unknown): string {
  const name = HASHES[String(algorithm)];
  if (typeof text !== "string" || !name)
    return refuse("T0410", `$hash expects a string and one of ${Object.keys(HASHES).join(", ")}`);
  return createHash(name).update(text).digest("hex");
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== "string") return refuse("T0410", "$parse expects a string of JSON");
  try {
    return JSON.parse(text);
  } catch {
    return refuse("D3137", "$parse: the string is not valid JSON");
  }
}

const formatTime = jsonata("$fromMillis($at, $picture, $timezone)");

/**
 * What Step Functions adds to JSONata, and what it (or this world) replaces in it: no `$eval`, and no host
 * clock or randomness behind `$now`, `$millis`, `$random` and `$shuffle`. Names without the dollar sign.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-by-step-functions
 */
export function jsonataFunctions(ambience: Ambience): Record<string, unknown> {
  return {
    range,
    partition,
    hash,
    parse,
    uuid: () => ambience.uuid(),
    random: (seed?: unknown) => (typeof seed === "number" ? seededRandom(seed)(0) : ambience.random()),
    millis: () => ambience.now(),
    now: (picture?: string, timezone?: string) =>
      formatTime.evaluate(undefined, { at: ambience.now(), picture, timezone }),
    shuffle: (items: unknown[]) => {
      const shuffled = [...items];
      for (let index = shuffled.length - 1; index > 0; index--) {
        const other = Math.floor(ambience.random() * (index + 1));
        [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
      }
      return shuffled;
    },
    eval: undefined,
  };
}

/** Every function name that an expression may call without defining it itself. */
export const KNOWN_FUNCTIONS: ReadonlySet<string> = new Set(
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad
  match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs
  sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse
  each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl
  decodeUrlComponent decodeUrl toMillis fromMillis clone now millis
  partition range hash uuid parse`.split(/\s+/),
);
