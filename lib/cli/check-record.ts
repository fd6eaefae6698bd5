import * as z from "zod";
import { fromAttributes } from "../clients/table/attributes.ts";
import { parseHistory } from "../report/history.ts";
import { type TimelineEntry, timelineOf } from "../report/run-report.ts";
import { stepsOf } from "../report/steps.ts";
import { type Finding, FindingSchema } from "../run/finding.ts";
import { CheckClosingSchema, type Proof } from "../run/proof.ts";
import { artefactOf, tracesOf } from "../twin/run-traces.ts";
import type { StartedRun, Twin } from "../twin/twin.ts";

/** What `--json` writes of a check. */
export interface CheckRecord {
  readonly runId: string;
  readonly operation: string;
  /** Of the execution, in Step Functions' words. */
  readonly status: string;
  readonly error: { readonly name: string; readonly cause: string } | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  /** As it stands in the table; null if nobody wrote one. */
  readonly proof: Proof | null;
  /** Of its evidence, the object that the proof names. */
  readonly findings: readonly Finding[];
  /** The rest of that object: what is the check's own. */
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly timeline: readonly TimelineEntry[];
  readonly notifications: readonly { at: string; event: string; subject: string }[];
  /** The only part that differs between two runs from the same world with the same input. */
  readonly wall: { readonly seconds: number; readonly peakMegabytes: number };
}

const iso = (at: number): string => new Date(at).toISOString();

/** The evidence of every check is an object with `findings`, beside whatever is its own. */
const EvidenceSchema = z.looseObject({ findings: z.array(FindingSchema) });

export function checkRecord(twin: Twin, run: StartedRun, wallSeconds: number): CheckRecord {
  const { status, error, startedAt, endedAt, notifications } = tracesOf(twin, run);
  const proof = proofOf(twin, run);
  return {
    runId: run.runId,
    operation: run.operation,
    status,
    error: error ?? null,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    seconds: Math.round((endedAt - startedAt) / 100) / 10,
    proof,
    ...(proof === null ? { findings: [], evidence: {} } : evidenceOf(twin, run, proof)),
    timeline: timelineOf(stepsOf(parseHistory(twin.history(run)))),
    notifications: notifications.map(({ at, event, subject }) => ({ at: iso(at), event, subject })),
    wall: {
      seconds: Math.round(wallSeconds * 100) / 100,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
    },
  };
}

/** What the execution's item in the table says. */
export function proofOf(twin: Twin, run: StartedRun): Proof | null {
  const key = `"check#${run.operation}#${run.runId}"`;
  const items = twin.world.collection<Parameters<typeof fromAttributes>[0]>("dynamodb.items").entries();
  const [, item] = items.find(([name]) => name.includes(key) || name.includes(JSON.stringify(key))) ?? [];
  return item === undefined ? null : CheckClosingSchema.parse(fromAttributes(item)).proof;
}

function evidenceOf(twin: Twin, run: StartedRun, proof: Proof): Pick<CheckRecord, "findings" | "evidence"> {
  const text = artefactOf(twin, run, proof.evidenceKey.slice(run.folder.length + 1));
  const parsed = EvidenceSchema.safeParse(text === undefined ? undefined : JSON.parse(text));
  if (!parsed.success) return { findings: [], evidence: {} };
  const { findings, ...evidence } = parsed.data;
  return { findings, evidence };
}
