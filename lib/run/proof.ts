/** What the machines beside the pipeline leave behind: a proof each time, whatever became of them. */
import * as z from "zod";
import type { ExecutionEnd } from "./check-event.ts";
import type { Notification } from "./ports.ts";

/** Machines beside the pipeline; each is named `<env>-<this>`. */
export const CHECK_MACHINES = ["prove", "drift", "verify-backup", "rehearse-recovery"] as const;
export const CheckMachineSchema = z.enum(CHECK_MACHINES);
export type CheckMachine = z.infer<typeof CheckMachineSchema>;

/** What the table keeps a last proof of: the checks, and the pipeline's own runs. */
export const ProofNameSchema = z.enum([...CHECK_MACHINES, "run"]);
export type ProofName = z.infer<typeof ProofNameSchema>;

/** The table cuts nothing, but a mail's subject and a dashboard's line hold no more. */
const SUMMARY_CHARACTERS = 300;

export const ProofSchema = z.object({
  proof: ProofNameSchema,
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  result: z.enum(["passed", "failed"]),
  /** One line. */
  summary: z.string().max(SUMMARY_CHARACTERS),
  /** Key in the artefact bucket. */
  evidenceKey: z.string(),
  /** Of a rehearsal: which disaster. Each has a last proof of its own, beside the last of any. */
  scenario: z.string().optional(),
  /** It was asked for a part only: if it passed, that says nothing of the whole, and is not kept as the last proof. */
  partial: z.boolean().optional(),
  /** Of what is wrong, as far as somebody was told: the same again is no news. */
  fingerprint: z.string().optional(),
});
export type Proof = z.infer<typeof ProofSchema>;

const NotificationSchema = z.object({
  event: z.string(),
  environment: z.string(),
  runId: z.string(),
  subject: z.string(),
  text: z.string(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

/** How one execution of a check closed. `notice` is what somebody is told of it; without one, nobody is. */
export const CheckClosingSchema = z.object({
  proof: ProofSchema,
  notice: NotificationSchema.optional(),
  topicArn: z.string().optional(),
  notification: z.enum(["claimed", "sent"]).optional(),
});
export interface CheckClosing {
  readonly proof: Proof;
  readonly notice?: Notification | undefined;
  /** Where the notice goes. */
  readonly topicArn?: string | undefined;
  readonly notification?: "claimed" | "sent" | undefined;
}

/** Everything that an execution of a check leaves in the artefact bucket lies below this key. */
export const checkFolder = (machine: CheckMachine, executionName: string): string =>
  `checks/${machine}/${executionName}`;

/** Is it worth a mail? A failure unless the same was told before; a pass only after a failure that was told. */
export function isNews(proof: Proof, previous: Proof | undefined): boolean {
  const told = previous?.result === "failed" && previous.fingerprint !== undefined;
  if (proof.result === "passed") return told && proof.partial !== true;
  return !(told && previous.fingerprint === proof.fingerprint);
}

/** The proof of an execution that ended without one: it has proven nothing, and says why. */
export function proofOfEnd(end: ExecutionEnd): Proof {
  const why =
    end.status === "SUCCEEDED"
      ? "it ended SUCCEEDED without having written a proof"
      : `it ended ${end.status}${end.error === undefined ? "" : ` (${end.error})`}`;
  return {
    proof: end.machine,
    executionArn: end.executionArn,
    startedAt: end.startedAt,
    endedAt: end.endedAt,
    result: "failed",
    summary: `${end.machine} proved nothing: ${why}`.slice(0, SUMMARY_CHARACTERS),
    evidenceKey: `${checkFolder(end.machine, end.executionName)}/ended.json`,
    fingerprint: `${end.status} ${end.error ?? ""}`,
  };
}
