import { type AllowedDrift, allowanceOf } from "./allowed.ts";
import { type Drifted, type DriftMemory, seenBy } from "./drifted.ts";

/** What comes and goes this often within a week flaps: two controllers disagree, or a person and a script. */
const FLAPS = 3;
const FLAPPING_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;

/** An address with what is remembered of it from now on. */
export interface Remembered {
  readonly drifted: Drifted;
  readonly memory: DriftMemory;
  readonly allowed?: AllowedDrift;
  /** It was allowed until then, which is over. */
  readonly expired?: AllowedDrift;
}

export interface DriftNews {
  readonly fresh: readonly Remembered[];
  readonly changed: readonly Remembered[];
  /** Came and went too often: told once, and then left alone until it is steady for a week. */
  readonly flapping: readonly Remembered[];
  readonly resolved: readonly DriftMemory[];
}

export interface Recollection {
  readonly drifted: readonly Remembered[];
  readonly news: DriftNews;
  /** Items of the table that change. */
  readonly memory: readonly DriftMemory[];
}

const keyOf = ({ layer, address }: { layer: string; address: string }): string => `${layer} ${address}`;

/**
 * Compares what is seen with what is remembered. Only what was looked at is judged: an address of a layer that
 * was not scanned is neither seen nor resolved.
 * @param looked `scanned`: layers whose plan was read; `sweep`: whether the tags were, `cluster`: whether its objects
 */
export function recollect(
  seen: readonly Drifted[],
  known: readonly DriftMemory[],
  looked: { readonly scanned: readonly string[]; readonly sweep: boolean; readonly cluster: boolean },
  allow: readonly AllowedDrift[],
  now: Date,
): Recollection {
  const byKey = new Map(known.map((memory) => [keyOf(memory), memory]));
  const drifted = seen.map((each) => remembered(each, byKey.get(keyOf(each)), allow, now));
  const present = new Set(seen.map(keyOf));
  const gone = known
    .filter((memory) => memory.resolvedAt === undefined && !present.has(keyOf(memory)))
    .filter((memory) => {
      const by = seenBy(memory);
      if (by === "tags") return looked.sweep;
      return looked.scanned.includes(memory.layer) && (by === "plan" || looked.cluster);
    })
    .map((memory): DriftMemory => ({ ...memory, resolvedAt: now.toISOString() }));
  const untold = drifted.filter(({ memory }) => !memory.told);
  const news: DriftNews = {
    fresh: untold.filter(({ memory }) => !memory.flapping && isNew(memory, byKey)),
    changed: untold.filter(({ memory }) => !memory.flapping && !isNew(memory, byKey)),
    flapping: untold.filter(({ memory }) => memory.flapping),
    resolved: gone.filter(({ told, flapping }) => told && !flapping),
  };
  // Drift that is allowed is no news; it becomes news on the day after.
  const tell = (each: Remembered): boolean => each.allowed === undefined;
  const told: DriftNews = {
    fresh: news.fresh.filter(tell),
    changed: news.changed.filter(tell),
    flapping: news.flapping.filter(tell),
    resolved: news.resolved,
  };
  return { drifted, news: told, memory: [...drifted.map(({ memory }) => memory), ...gone] };
}

/** Not told of it before, or of an appearance that has ended. */
function isNew(memory: DriftMemory, known: ReadonlyMap<string, DriftMemory>): boolean {
  const before = known.get(keyOf(memory));
  return before === undefined || before.resolvedAt !== undefined || !before.told;
}

function remembered(
  drifted: Drifted,
  before: DriftMemory | undefined,
  allow: readonly AllowedDrift[],
  now: Date,
): Remembered {
  const at = now.toISOString();
  const again = before === undefined || before.resolvedAt !== undefined;
  const since = now.getTime() - FLAPPING_DAYS * DAY_MILLISECONDS;
  const recent = (before?.appearedAt ?? []).filter((time) => Date.parse(time) > since);
  const appearedAt = again ? [...recent, at] : recent;
  const flapping = appearedAt.length >= FLAPS || (before?.flapping === true && appearedAt.length > 1);
  const same = !again && before.fingerprint === drifted.fingerprint && before.kind === drifted.kind;
  const { kind, severity, fingerprint, layer, address } = drifted;
  const memory: DriftMemory = {
    layer,
    address,
    kind,
    severity,
    fingerprint,
    firstSeenAt: again ? at : before.firstSeenAt,
    lastSeenAt: at,
    appearedAt,
    ...(same && before.attribution && { attribution: before.attribution }),
    told: flapping && before?.flapping === true ? true : same && before.told,
    flapping,
  };
  return { drifted, memory, ...allowanceOf(drifted, allow, now) };
}

/** The same with everything told that is told now; an allowed address stays untold. */
export const asTold = (memory: readonly DriftMemory[], news: DriftNews): DriftMemory[] => {
  const told = new Set(
    [...news.fresh, ...news.changed, ...news.flapping].map(({ memory: each }) => keyOf(each)),
  );
  return memory.map((each) => (told.has(keyOf(each)) ? { ...each, told: true } : each));
};
