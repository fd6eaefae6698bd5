/**
 * `npm run conformance:asl -- DIR`: runs recorded executions of AWS Step Functions on this interpreter, their
 * task results replayed, and compares status, output or error, and the order of events within each scope.
 * Exit code 1 if any differs. Differences of a cause's text are counted, and listed with `--causes`.
 */
import { pathToFileURL } from "node:url";
import { type Case, readCases } from "./conformance/case.ts";
import { compareCause, compareHistory, compareOutcome } from "./conformance/compare.ts";
import { replay } from "./conformance/replay.ts";

export interface Verdict {
  readonly id: string;
  readonly result: "passed" | "failed" | "skipped";
  /** The first difference, or why it was skipped. */
  readonly reason?: string;
  readonly causeDifference?: string;
}

/** Judges one case. External ones read objects from S3 that the record does not hold. */
export async function judge(recorded: Case): Promise<Verdict> {
  const { id } = recorded;
  if (recorded.category === "external")
    return { id, result: "skipped", reason: "reads or writes S3 objects that are not recorded" };
  try {
    const { outcome, history } = await replay(recorded);
    const difference = compareOutcome(recorded, outcome) ?? compareHistory(recorded, history);
    if (difference) return { id, result: "failed", reason: difference };
    const causeDifference = compareCause(recorded, outcome);
    return { id, result: "passed", ...(causeDifference ? { causeDifference } : {}) };
  } catch (thrown) {
    return { id, result: "failed", reason: String(thrown) };
  }
}

async function judgeFile(entry: { file: string; read: () => Case }): Promise<Verdict> {
  let recorded: Case;
  try {
    recorded = entry.read();
  } catch (thrown) {
    return {
      id: entry.file,
      result: "failed",
      reason: `not a recorded case: ${String(thrown).slice(0, 300)}`,
    };
  }
  return judge(recorded);
}

/** Runs every case below `directory`, writes what differs, and returns the exit code. */
export async function main(
  directory: string,
  write: (line: string) => void,
  listCauses = false,
): Promise<number> {
  const verdicts: Verdict[] = [];
  for (const entry of readCases(directory)) {
    const verdict = await judgeFile(entry);
    verdicts.push(verdict);
    if (verdict.result !== "passed") write(`${verdict.result}: ${verdict.id}: ${verdict.reason}`);
    if (listCauses && verdict.causeDifference) write(`cause: ${verdict.id}: ${verdict.causeDifference}`);
  }
  const count = (result: Verdict["result"]) => verdicts.filter((verdict) => verdict.result === result).length;
  const causes = verdicts.filter((verdict) => verdict.causeDifference).length;
  write(`Of those that passed, ${causes} differ in the text of their cause.`);
  write(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  return count("failed") > 0 || verdicts.length === 0 ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [directory, ...options] = process.argv.slice(2);
  if (!directory) throw new Error("usage: npm run conformance:asl -- DIRECTORY [--causes]");
  process.exitCode = await main(directory, (line) => console.log(line), options.includes("--causes"));
}
