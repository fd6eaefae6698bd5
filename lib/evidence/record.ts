/** What a run did, step by step, as it is signed at its end. Nothing in it is secret: names, hashes, times. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { canonicalJson } from "../review/canonical-json.ts";
import type { FinalStatus, RunRecord } from "../run/records.ts";

const StepSchema = z.strictObject({
  /** `prepared`, a layer's name, or `ended`. */
  step: z.string(),
  /** Of the step before, as `hashOf` has it; of the first one 64 zeros. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
  facts: z.record(z.string(), z.unknown()),
});
export type EvidenceStep = z.infer<typeof StepSchema>;

export const EvidenceSchema = z.strictObject({
  format: z.literal(1),
  environment: z.string(),
  runId: z.string(),
  executionArn: z.string(),
  steps: z.array(StepSchema).min(2),
});
export type Evidence = z.infer<typeof EvidenceSchema>;

export const FIRST = "0".repeat(64);

/** sha256 of the step's canonical JSON, `previous` included: who changes one step changes all that follow. */
export const hashOf = (step: EvidenceStep): string =>
  createHash("sha256").update(canonicalJson(step)).digest("hex");

/** @param record of a run that has ended */
export function evidenceOf(
  record: RunRecord,
  end: {
    environment: string;
    executionArn: string;
    status: FinalStatus;
    endedAt: string;
    /** Who started it, in AWS's words, where they are known. */
    startedBy?: string | undefined;
  },
): Evidence {
  const { run } = record;
  const facts: [step: string, facts: EvidenceStep["facts"]][] = [
    [
      "prepared",
      run
        ? {
            operation: run.operation,
            layers: run.layers,
            reason: run.reason,
            requestedBy: run.requestedBy,
            // What the input says, as long as AWS has not said who it was.
            ...(run.claimed && { claimed: true }),
            ...(end.startedBy !== undefined && { startedBy: end.startedBy }),
            approval: run.approval,
            allowDestroy: run.allowDestroy,
            startedAt: run.startedAt,
            source: run.source,
            terraformVersion: run.terraformVersion,
          }
        : {},
    ],
    ...(run?.layers ?? []).map((layer): [string, EvidenceStep["facts"]] => [
      layer,
      { ...(record.outcomes[layer] ?? { layer, result: "not recorded" }) },
    ]),
    [
      "ended",
      {
        status: end.status,
        endedAt: end.endedAt,
        ...(record.failure && { failure: record.failure }),
        ...(record.findings && { findings: record.findings }),
      },
    ],
  ];
  const steps: EvidenceStep[] = [];
  for (const [step, each] of facts) {
    const last = steps.at(-1);
    steps.push({ step, previous: last ? hashOf(last) : FIRST, facts: each });
  }
  const { environment, executionArn } = end;
  return { format: 1, environment, runId: record.runId, executionArn, steps };
}

/** Exactly what is signed, and what is stored. */
export const evidenceText = (evidence: Evidence): string => `${canonicalJson(evidence)}\n`;
