import { findingLines } from "../report/problems.ts";
import { runbookHeading } from "../report/runbook-heading.ts";
import { wrap } from "../report/wrap.ts";
import type { CheckRecord } from "./check-record.ts";

/** What did not pass, each with what to do, and the proof in one line. */
export function checkTable(record: CheckRecord, width?: number): string[] {
  const { findings, proof, error, status } = record;
  const wrong = findings.filter((finding) => finding.status !== "pass");
  const passed = findings.length - wrong.length;
  return [
    ...wrong.flatMap((finding) => ["", `✗ ${finding.subject}`, ...findingLines(finding, width)]),
    // What the machine itself failed of is said where no finding says it.
    ...(error !== null && wrong.length === 0 ? ["", ...errorLines(error, status, width)] : []),
    ...(wrong.length > 0 ? [""] : []),
    ...(findings.length > 0 ? [`${passed} of ${findings.length} findings pass.`] : []),
    ...wrap(
      proof === null ? "No proof was written." : `Proof: ${proof.result}. ${proof.summary}.`,
      "",
      width,
    ),
  ];
}

function errorLines(
  { name, cause }: { name: string; cause: string },
  status: string,
  width: number | undefined,
): string[] {
  const heading = runbookHeading(name, cause, status);
  return [
    ...wrap(`✗ ${name}: ${cause || "no cause was given"}`, "", width),
    ...(heading === undefined ? [] : [`      → docs/runbook.md, "${heading}"`]),
  ];
}
