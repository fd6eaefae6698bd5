import { timestamp } from "../../api/api-object.ts";
import { type Fields, mapsAt } from "./fields.ts";

export type Condition = {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  [more: string]: string | number;
};

export const conditionOf = (object: unknown, type: string): Fields | undefined =>
  mapsAt(object, "status", "conditions").find((condition) => condition.type === type);

export const isTrue = (object: unknown, type: string): boolean =>
  conditionOf(object, type)?.status === "True";

/**
 * The conditions of an object with some set anew: `lastTransitionTime` moves only when the status does.
 * @param order types in the order in which the real controller writes them
 */
export function withConditions(object: unknown, now: number, ...set: Condition[]): Fields[] {
  const before = mapsAt(object, "status", "conditions");
  const changed = set.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const same = old?.status === condition.status;
    return {
      ...condition,
      lastTransitionTime: same ? (old.lastTransitionTime ?? timestamp(now)) : timestamp(now),
    };
  });
  const kept = before.map((old) => changed.find(({ type }) => type === old.type) ?? old);
  return [...kept, ...changed.filter(({ type }) => !before.some((old) => old.type === type))];
}
