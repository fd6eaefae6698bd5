import { healthOf } from "../../../lib/gates/health/health-of.ts";

export const NOW = Date.parse("2026-06-01T12:00:00Z");

/** Conditions from `{Ready: "False/Reason"}`. */
export const conditions = (said: Readonly<Record<string, string>>, more: object = {}) =>
  Object.entries(said).map(([type, words]) => {
    const [status, reason] = words.split("/");
    return { type, status, ...(reason ? { reason } : {}), ...more };
  });

export interface Parts {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  readonly says?: Readonly<Record<string, string>>;
}

export const objectOf = (apiVersion: string, kind: string, { metadata, spec, status, says }: Parts) => ({
  apiVersion,
  kind,
  metadata: { name: "one", generation: 2, ...metadata },
  ...(spec ? { spec } : {}),
  ...(status || says ? { status: { ...status, ...(says ? { conditions: conditions(says) } : {}) } } : {}),
});

export const verdictOf = (apiVersion: string, kind: string, parts: Parts): string =>
  healthOf(objectOf(apiVersion, kind, parts), NOW).verdict;
