/** Argo CD's Application and ApplicationSet, and external-secrets' ClusterExternalSecret. */
import { conditionThatIs, judgedByReady, wordsOf } from "./conditions.ts";
import { fieldsOf, type Subject, textOf } from "./subject.ts";
import { failed, type Health, healthy, missing, progressing, suspended, unknown } from "./verdict.ts";

const SAID: Readonly<Record<string, (reason: string) => Health>> = {
  Healthy: healthy,
  Progressing: progressing,
  Degraded: failed,
  Suspended: suspended,
  Missing: missing,
};

/** What Argo CD says of its resources; whether they are in sync is another question. */
export function judgeApplication({ status }: Subject): Health {
  const health = fieldsOf(status, "health");
  const said = textOf(health, "status");
  if (said === undefined) return progressing("Argo CD has not judged it yet");
  const reason = textOf(health, "message") ?? `Argo CD says ${said}`;
  return (SAID[said] ?? unknown)(reason);
}

export function judgeApplicationSet({ conditions }: Subject): Health {
  const wrong = conditionThatIs(conditions, "ErrorOccurred", "True");
  if (wrong) return failed(wordsOf(wrong));
  const behind = conditionThatIs(conditions, "ResourcesUpToDate", "False");
  if (behind) return failed(wordsOf(behind));
  const rolling = conditionThatIs(conditions, "RolloutProgressing", "True");
  if (rolling) return progressing(wordsOf(rolling));
  return conditionThatIs(conditions, "ResourcesUpToDate", "True")
    ? healthy("its applications are up to date")
    : progressing("its applications are not generated yet");
}

/** Its conditions say what is wrong by being True. New ones are appended, old ones stay: the last one counts. */
export function judgeClusterExternalSecret(subject: Subject): Health {
  const last = subject.conditions.at(-1);
  const isWrong = (last?.type === "NotReady" || last?.type === "PartiallyReady") && last.status === "True";
  if (last && isWrong) return failed(wordsOf(last));
  return judgedByReady({ conditions: last ? [last] : [] });
}
