import { type Reading, readable } from "../../lib/gates/reading.ts";
import type { Finding } from "../../lib/run/finding.ts";

export const NOW = new Date("2026-03-01T10:00:00.000Z");
export const GATE = { kind: "any", deadlineMinutes: 10 };
export const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

export const read = <T>(value: T): Reading<T> => readable(value);
export const FORBIDDEN = { read: false as const, problem: "list /x is forbidden" };

/** `check: status` of each finding, warnings in brackets: short enough to compare whole answers. */
export const answers = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, status, severity }) =>
    severity === "warning" ? `(${check}: ${status})` : `${check}: ${status}`,
  );

export const condition = (type: string, status: string, rest: object = {}) => ({ type, status, ...rest });
