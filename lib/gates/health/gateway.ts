/** The Gateway API: each condition says itself for which generation it was written. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import { type Condition, ConditionsSchema, listOf, type Subject } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

const STALE = progressing("its controller has not seen the newest generation yet");

const isStale = (conditions: readonly Condition[], generation: number | undefined): boolean =>
  generation !== undefined &&
  conditions.some(
    ({ observedGeneration }) => observedGeneration !== undefined && observedGeneration < generation,
  );

const refusal = (conditions: readonly Condition[]): Condition | undefined =>
  conditionThatIs(conditions, "Accepted", "False") ??
  conditionThatIs(conditions, "ResolvedRefs", "False") ??
  conditionThatIs(conditions, "Conflicted", "True");

/** False, or Unknown while a controller has not come to it. */
const unprogrammed = (conditions: readonly Condition[]): Condition | undefined =>
  conditionThatIs(conditions, "Programmed", "False") ?? conditionThatIs(conditions, "Programmed", "Unknown");

const conditionsIn = (part: Record<string, unknown>): readonly Condition[] =>
  ConditionsSchema.safeParse(part.conditions).data ?? [];

export function judgeGatewayClass({ conditions, generation }: Subject): Health {
  if (isStale(conditions, generation)) return STALE;
  const no = conditionThatIs(conditions, "Accepted", "False");
  if (no) return failed(wordsOf(no));
  return conditionThatIs(conditions, "Accepted", "True")
    ? healthy("it is accepted")
    : progressing("it is not accepted yet");
}

export function judgeGateway({ conditions, status, generation }: Subject): Health {
  const all = [conditions, ...listOf(status, "listeners").map(conditionsIn)];
  if (all.some((each) => isStale(each, generation))) return STALE;
  for (const each of all) {
    const no = refusal(each);
    if (no) return failed(wordsOf(no));
  }
  const waiting = all.map(unprogrammed).find(Boolean);
  if (waiting) return progressing(wordsOf(waiting));
  const done = ["Accepted", "Programmed"].every((type) => conditionThatIs(conditions, type, "True"));
  return done ? healthy("it is accepted and programmed") : progressing("it is not programmed yet");
}

/** What it adds to its Gateway: one that has taken up no listener of it serves nothing. */
export function judgeListenerSet(subject: Subject): Health {
  const health = judgeGateway(subject);
  return health.verdict === "healthy" && listOf(subject.status, "listeners").length === 0
    ? progressing("its Gateway has taken up none of its listeners")
    : health;
}

/** What every parent, or every ancestor, says. */
function judgeParts(parts: readonly (readonly Condition[])[]): Health {
  for (const conditions of parts) {
    const no = refusal(conditions);
    if (no) return failed(wordsOf(no));
  }
  const waiting = parts.map(unprogrammed).find(Boolean);
  if (waiting) return progressing(wordsOf(waiting));
  const accepted = parts.length > 0 && parts.every((each) => conditionThatIs(each, "Accepted", "True"));
  return accepted ? healthy("it is accepted") : progressing("nothing that it refers to has accepted it yet");
}

/** A parent that the route no longer names keeps its old entry: stale entries count only if there are no others. */
export function judgeRoute({ status, generation }: Subject): Health {
  const parents = listOf(status, "parents").map(conditionsIn);
  const current = parents.filter((each) => !isStale(each, generation));
  if (parents.length > 0 && current.length === 0) return STALE;
  return judgeParts(current);
}

/** BackendTLSPolicy and its like: by ancestor. */
export function judgePolicy({ status, generation }: Subject): Health {
  const ancestors = listOf(status, "ancestors").map(conditionsIn);
  if (ancestors.some((each) => isStale(each, generation))) return STALE;
  return judgeParts(ancestors);
}
