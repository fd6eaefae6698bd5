/** CustomResourceDefinition and APIService: what adds to the API server. */
import { conditionThatIs, wordsOf } from "./conditions.ts";
import type { Subject } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

export function judgeDefinition({ conditions }: Subject): Health {
  const going = conditionThatIs(conditions, "Terminating", "True");
  if (going) return progressing(wordsOf(going));
  const wrong =
    conditionThatIs(conditions, "NamesAccepted", "False") ??
    conditionThatIs(conditions, "NonStructuralSchema", "True");
  if (wrong) return failed(wordsOf(wrong));
  const not = conditionThatIs(conditions, "Established", "False");
  // "Installing" lasts seconds: the API server waits until its peers serve the kind too.
  if (not) return not.reason === "Installing" ? progressing(wordsOf(not)) : failed(wordsOf(not));
  return conditionThatIs(conditions, "Established", "True")
    ? healthy("it is established")
    : progressing("it is not established");
}

/** Never failed by itself: endpoints come late in every rollout, and only a deadline tells them from none. */
export function judgeApiService({ conditions }: Subject): Health {
  if (conditionThatIs(conditions, "Available", "True")) return healthy("it is available");
  const not = conditions.find(({ type }) => type === "Available");
  return progressing(not ? wordsOf(not) : "nobody has tried it yet");
}
