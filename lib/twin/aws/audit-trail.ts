import type { Json, World } from "../world/world.ts";
import { AWS_COLLECTIONS } from "./collections.ts";

/** A management call that changed something, as CloudTrail's event history keeps it. Times are virtual milliseconds. */
export interface TrailRecord {
  readonly at: number;
  /** e.g. `kms.amazonaws.com` */
  readonly source: string;
  readonly name: string;
  /** ARN of the session or user. */
  readonly who: string;
  /** What the call was about: names, ids and ARNs. */
  readonly resources: readonly string[];
  /** What the call answered, as far as it is kept. */
  readonly answer?: { readonly [name: string]: Json };
}

/** Events that are kept at least, the oldest forgotten first; CloudTrail forgets by age, after 90 days. */
const KEPT = 1_000;

const trail = (world: World) => world.collection<TrailRecord>(AWS_COLLECTIONS.trail);

/** Writes down a call. The key follows from what happened, not from the order in which terraform's threads came. */
export function noteCall(world: World, event: TrailRecord): void {
  const events = trail(world);
  const count = counts.get(world) ?? events.keys().length;
  const about = String(event.answer?.executionArn ?? event.resources[0] ?? "");
  const key = `${String(event.at).padStart(15, "0")}/${event.source}/${event.name}/${about}`;
  events.set(key, event);
  counts.set(world, count + 1);
  if (count < 2 * KEPT) return;
  for (const old of events.keys().slice(0, -KEPT)) events.delete(old);
  counts.set(world, KEPT);
}

/** Sorting a thousand keys at every call would cost more than the calls; a bound is as good when it is kept roughly. */
const counts = new WeakMap<World, number>();

/** Calls that change a resource; what is done with one (objects, items, messages, cryptography) is no management. */
const MANAGING =
  /^(Add|Allocate|Associate|Attach|Authorize|Create|Delete|Detach|Disable|Disassociate|Enable|Modify|Put|Register|Remove|Revoke|Schedule|Set|Start|Stop|Tag|Terminate|Untag|Update)/;
const DATA: Readonly<Record<string, RegExp>> = {
  s3: /Object|Upload|Part/,
  dynamodb: /Item|Query|Scan|Transact|Batch/,
  events: /PutEvents/,
  logs: /./,
  monitoring: /PutMetricData/,
  xray: /./,
  sts: /./,
};

export const isManagement = (service: string, operation: string): boolean =>
  MANAGING.test(operation) && !DATA[service]?.test(operation);

/** Of the answers, only that of a start is asked for: which execution it was. */
export const answerOf = (operation: string, result: Json): Pick<TrailRecord, "answer"> =>
  operation === "StartExecution" ? { answer: result as { [name: string]: Json } } : {};

/** Names, ids and ARNs that an input names at its top. */
export const namedIn = (input: Json): string[] =>
  typeof input !== "object" || input === null || Array.isArray(input)
    ? []
    : Object.entries(input).flatMap(([key, value]) =>
        /(name|id|arn)$/i.test(key) && typeof value === "string" ? [value] : [],
      );
