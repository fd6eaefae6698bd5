import type { Attribution, Drifted } from "./drifted.ts";

/** A call that changed something, as the audit trail tells it. */
export interface TrailEvent {
  readonly at: string;
  /** e.g. `ModifyDBInstance` */
  readonly name: string;
  readonly who: string;
  readonly readOnly: boolean;
}

/** The audit trail, asked by a resource's name. */
export interface Trail {
  /** Newest first, as far as they are known: CloudTrail learns of a call within 15 min. */
  eventsOf(resourceName: string, since: Date, global: boolean): Promise<readonly TrailEvent[]>;
}

/** CloudTrail answers two questions a second; a scan that finds more attributes the rest next time. */
const QUESTIONS = 30;
/** CloudTrail keeps events for 90 days. */
const KEPT_MILLISECONDS = 90 * 86_400_000;

/**
 * Who did it, for as many as may be asked: the newest change of the resource since its layer was proven. What our
 * own apply did lies before that.
 */
export async function attribute(
  drifted: readonly Drifted[],
  provenAt: Readonly<Record<string, string>>,
  trail: Trail,
  now: Date,
): Promise<Map<Drifted, Attribution>> {
  const found = new Map<Drifted, Attribution>();
  const oldest = now.getTime() - KEPT_MILLISECONDS;
  let questions = 0;
  for (const each of drifted) {
    const since = new Date(
      Math.max(oldest, Date.parse(provenAt[each.layer] ?? new Date(oldest).toISOString())),
    );
    const events: TrailEvent[] = [];
    for (const name of each.names) {
      if (questions >= QUESTIONS) return found;
      questions += 1;
      events.push(...(await trail.eventsOf(name, since, each.global)));
      if (events.some(isChange)) break;
    }
    const newest = events.filter(isChange).sort((one, other) => (one.at < other.at ? 1 : -1))[0];
    if (newest) found.set(each, { who: newest.who, what: newest.name, at: newest.at });
  }
  return found;
}

const isChange = ({ readOnly }: TrailEvent): boolean => !readOnly;
