import * as z from "zod";
import { firstProblem } from "../gates/prove.ts";
import { GateFailedError, NotReadyError } from "../run/errors.ts";
import { type Finding, FindingSchema, verdictOf } from "../run/finding.ts";
import { checkFolder } from "../run/proof.ts";
import type { VerificationPorts } from "./ports.ts";
import type { Execution } from "./settings.ts";

export const FindingsFileSchema = z.object({ findings: z.array(FindingSchema) });

/** Where the findings of a step lie; `select` and the conclusion belong to no target. */
export const evidenceKey = (execution: Pick<Execution, "name">, ...path: readonly string[]): string =>
  `${checkFolder("verify-backup", execution.name)}/${path.join("/")}.json`;

interface Look {
  readonly execution: Execution;
  /** Folder and name below the execution's. */
  readonly path: readonly string[];
  /** When this step began to look, and how long it may go on. */
  readonly since?: string;
  readonly deadlineMinutes?: number;
}

/**
 * Keeps the findings of a step, whatever they say, and goes on only if all is well.
 * @throws NotReadyError (retryable) before the deadline
 * @throws GateFailedError (not retryable) naming the first finding and where all of them are
 */
export async function settle(
  findings: readonly Finding[],
  { execution, path, since, deadlineMinutes = 0 }: Look,
  ports: Pick<VerificationPorts, "objects" | "artefactBucket">,
  now: Date,
): Promise<void> {
  const key = evidenceKey(execution, ...path);
  await ports.objects.writeJson(ports.artefactBucket, key, { findings });
  const verdict = verdictOf(findings);
  if (verdict === "passed") return;
  const problem = firstProblem(findings);
  const place = `Findings: s3://${ports.artefactBucket}/${key}`;
  const until = Date.parse(since ?? now.toISOString()) + deadlineMinutes * 60_000;
  if (verdict === "not-ready" && now.getTime() < until) throw new NotReadyError(problem);
  const waited = verdict === "not-ready" ? ` Its ${deadlineMinutes} min are over.` : "";
  throw new GateFailedError(`${problem}${waited} ${place}`);
}
