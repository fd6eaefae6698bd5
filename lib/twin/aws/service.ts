import type { z } from "zod";
import type { Json, World } from "../world/world.ts";
import type { BuildBackend, LambdaBackend, StatesBackend } from "./backends.ts";
import { type Aws, AwsError, type Principal } from "./contract.ts";

/** What does the real work behind some services; they may be connected after the emulator is made. */
export interface Backends {
  lambda?: LambdaBackend;
  builds?: BuildBackend;
  states?: StatesBackend;
}

/** Attributes of a request that policies may ask for, e.g. `s3:prefix`. */
export type ConditionContext = Record<string, string | string[]>;

/** One request: who asks, of which world, and the way to ask whether it may. */
export interface Call {
  readonly aws: Aws;
  readonly world: World;
  readonly principal: Principal;
  readonly accountId: string;
  readonly region: string;
  readonly backends: Backends;
  /** Throws AccessDenied unless the caller may. */
  allow(action: string, resource: string, context?: ConditionContext): void;
  may(action: string, resource: string, context?: ConditionContext): boolean;
}

export interface Operation {
  readonly run: (call: Call, input: unknown) => Json | Promise<Json>;
  /** It takes virtual time (a synchronous invocation), so time must not be held for its sake. */
  readonly lasts: boolean;
}

export type Service = Readonly<Record<string, Operation>>;

/** An error with members of its own beside code and message, e.g. CancellationReasons. */
export class DetailedAwsError extends AwsError {
  readonly details: { [key: string]: Json };
  constructor(code: string, message: string, details: { [key: string]: Json }, status = 400) {
    super(code, message, status);
    this.details = details;
  }
}

/** An operation whose input is parsed first; what does not parse is a ValidationException, as in AWS. */
export function operation<S extends z.ZodType>(
  schema: S,
  run: (call: Call, input: z.output<S>) => Json | Promise<Json>,
  options: { lasts: boolean } = { lasts: false },
): Operation {
  const parseAndRun = (call: Call, input: unknown): Json | Promise<Json> => {
    const parsed = schema.safeParse(input ?? {});
    if (parsed.success) return run(call, parsed.data);
    const issues = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new AwsError("ValidationException", issues.join("; "));
  };
  return { run: parseAndRun, lasts: options.lasts };
}

/** Leaves out what is undefined, which JSON has no word for. */
export function present(fields: Record<string, Json | undefined>): { [key: string]: Json } {
  const kept: { [key: string]: Json } = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept;
}

/** A typed record as the plain JSON that it is: interfaces have no index signature, so the compiler asks. */
export const asJson = (record: unknown): Json => record as Json;

/** Virtual milliseconds in the unit that AWS's JSON protocols use. */
export const epochSeconds = (milliseconds: number): number => milliseconds / 1000;

/** Virtual milliseconds as the XML protocols and events write them. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** One page of a list by an opaque token, which here is the index of the next item. */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
): { items: T[]; next?: string } {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0) throw new AwsError("InvalidParameterException", "invalid token");
  const next = from + size < items.length ? { next: String(from + size) } : {};
  return { items: items.slice(from, from + size), ...next };
}
