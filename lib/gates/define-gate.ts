import type * as z from "zod";
import { ConfigurationError } from "../run/errors.ts";
import type { Finding } from "../run/finding.ts";
import { describeIssues } from "../run/parse-input.ts";
import type { Measurement } from "../run/ports.ts";
import { lastTransition } from "./reaction.ts";

/** Where and when a gate looks. */
export interface Moment {
  readonly environment: string;
  readonly domain: string;
  readonly now: Date;
}

/** One kind of gate: what it expects, how it looks, how it judges. `judge` is pure. */
export interface GateParts<Expectation, Facts, Ports> {
  readonly kind: string;
  readonly expectation: z.ZodType<Expectation>;
  readonly observe: (expectation: Expectation, ports: Ports, moment: Moment) => Promise<Facts>;
  readonly judge: (facts: Facts, expectation: Expectation, now: Date) => Finding[];
  /** What is worth a curve, whatever the judgement says of it. Pure. */
  readonly measure?: (facts: Facts, now: Date) => Measurement[];
  /** What else a gate does while it is not passed, e.g. to ask for what only a person can do. */
  readonly afterwards?: (
    facts: Facts,
    findings: readonly Finding[],
    waiting: Waiting<Ports>,
  ) => Promise<void>;
}
export interface Waiting<Ports> {
  readonly ports: Ports;
  readonly moment: Moment;
  readonly runId: string;
  readonly until: Date;
  /** Nothing was changed before: what only a person can do was asked when it was. */
  readonly onlyLooks?: boolean;
}

/** What one look at a gate has shown. */
export interface Look {
  readonly findings: readonly Finding[];
  readonly measurements: readonly Measurement[];
  /** When what was looked at last changed its mind, as far as it says so itself. */
  readonly turnedAt: Date | undefined;
}

export interface Gate<Ports> {
  readonly kind: string;
  look(gate: unknown, waiting: Waiting<Ports>): Promise<Look>;
}

/** @throws ConfigurationError (not retryable) when the catalogue's entry is not what the kind expects */
export function defineGate<Expectation, Facts, Ports>(
  parts: GateParts<Expectation, Facts, Ports>,
): Gate<Ports> {
  return {
    kind: parts.kind,
    async look(gate, waiting) {
      const parsed = parts.expectation.safeParse(gate);
      if (!parsed.success)
        throw new ConfigurationError(`gate ${parts.kind} of the catalogue: ${describeIssues(parsed.error)}`);
      const facts = await parts.observe(parsed.data, waiting.ports, waiting.moment);
      const findings = parts.judge(facts, parsed.data, waiting.moment.now);
      if (!waiting.onlyLooks) await parts.afterwards?.(facts, findings, waiting);
      const { now } = waiting.moment;
      return {
        findings,
        measurements: parts.measure?.(facts, now) ?? [],
        turnedAt: lastTransition(facts, now),
      };
    },
  };
}
