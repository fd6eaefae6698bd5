import { conditionThatIs, wordsOf } from "./conditions.ts";
import { ruleOf } from "./rules.ts";
import { readSubject, type Subject } from "./subject.ts";
import { failed, type Health, healthy, progressing, unknown } from "./verdict.ts";

/**
 * The health of one object, from what it says itself. Pure.
 *
 * Whatever its kind, an object that is being deleted, or whose controller has not seen its newest generation,
 * is progressing: everything else in its status speaks of something that is no more.
 * @param now milliseconds since the epoch
 */
export function healthOf(object: unknown, now: number): Health {
  const subject = readSubject(object);
  if (typeof subject === "string") return unknown(`it cannot be read: ${subject}`);
  return passing(subject) ?? (ruleOf(subject.group, subject.kind) ?? judgeUnknownKind)(subject, now);
}

/** What is true of every kind, before its own rule is asked. */
function passing({ deleting, generation, observedGeneration, conditions }: Subject): Health | undefined {
  if (deleting) return progressing("it is being deleted");
  // An observed generation *above* the object's is an artefact of tests and restores, and no sign of anything.
  if (generation !== undefined && observedGeneration !== undefined && observedGeneration < generation)
    return progressing(`its controller has seen generation ${observedGeneration} of ${generation}`);
  const stalled = conditionThatIs(conditions, "Stalled", "True");
  if (stalled) return failed(wordsOf(stalled));
  const reconciling = conditionThatIs(conditions, "Reconciling", "True");
  return reconciling ? progressing(wordsOf(reconciling)) : undefined;
}

/** Nothing is known of the kind: `Ready` is believed if it is there, and its absence is no health. */
function judgeUnknownKind({ group, kind, conditions }: Subject): Health {
  const ready = conditions.find(({ type }) => type === "Ready");
  if (!ready)
    return unknown(`no rule is known for ${kind}${group ? ` of ${group}` : ""}, and it has no Ready`);
  return ready.status === "True" ? healthy(wordsOf(ready)) : progressing(wordsOf(ready));
}
