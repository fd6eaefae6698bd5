import type { Condition, Subject } from "./subject.ts";
import { failed, type Health, healthy, progressing } from "./verdict.ts";

/** The first condition of this type with this status. Types can stand twice in a list, so all are looked at. */
export const conditionThatIs = (
  conditions: readonly Condition[],
  type: string,
  status: "True" | "False" | "Unknown",
): Condition | undefined => conditions.find((each) => each.type === type && each.status === status);

/** A condition in words: its message, else its reason, else its type and status. */
export const wordsOf = ({ type, status, reason, message }: Condition): string => {
  const words = message ?? reason;
  return words ? `${type} is ${status}: ${words}` : `${type} is ${status}`;
};

/** What `Ready` says, for kinds whose controllers say False only of what they cannot do. */
export function judgedByReady({ conditions }: Pick<Subject, "conditions">): Health {
  const no = conditionThatIs(conditions, "Ready", "False");
  if (no) return failed(wordsOf(no));
  const yes = conditionThatIs(conditions, "Ready", "True");
  return yes ? healthy(wordsOf(yes)) : progressing("it has not said yet whether it is ready");
}
