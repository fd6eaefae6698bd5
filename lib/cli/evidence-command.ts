import { readFileSync } from "node:fs";
import { verifyEvidence } from "../evidence/verify.ts";
import { EXIT_FAILED, EXIT_SUCCEEDED, UsageError } from "./usage-error.ts";

export interface EvidenceOptions {
  readonly key: string;
  /** Default: beside the evidence, with `.sig` behind its name. */
  readonly signature?: string;
}

/** `strata evidence verify`: is this what was signed at the run's end? Without AWS, without a network. */
export function evidenceCommand(file: string, { key, signature = `${file}.sig` }: EvidenceOptions): number {
  const { evidence, problems } = verifyEvidence(
    read(file, "the evidence"),
    read(signature, "its signature"),
    read(key, "the public key"),
  );
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  if (evidence) {
    const last = evidence.steps.at(-1)?.facts ?? {};
    say(`${evidence.environment} ${evidence.runId}: ${last.status ?? "?"} at ${last.endedAt ?? "?"}`);
    for (const { step, facts } of evidence.steps.slice(1, -1))
      say(`  ${step}: ${facts.result ?? "?"}${facts.digest ? `, digest ${facts.digest}` : ""}`);
  }
  if (problems.length === 0) {
    say("verified: this is what was signed");
    return EXIT_SUCCEEDED;
  }
  say(`not verified: ${file}`);
  for (const problem of problems) say(`- ${problem}`);
  return EXIT_FAILED;
}

function read(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${what} cannot be read: ${(error as Error).message}`);
  }
}
