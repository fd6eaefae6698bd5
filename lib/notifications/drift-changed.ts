import { formatDriftKind } from "../drift/describe.ts";
import type { Attribution } from "../drift/drifted.ts";
import type { DriftNews, Remembered } from "../drift/remember.ts";
import type { Notification } from "../run/ports.ts";
import type { Proof } from "../run/proof.ts";
import { subject } from "./subject.ts";

/** A mail is read on a telephone; the evidence has the rest. */
const SHOWN = 15;

/** One mail for all that is new, changed and resolved since the last scan. */
export function driftChanged(told: {
  environment: string;
  artefactBucket: string;
  executionName: string;
  proof: Proof;
  news: DriftNews;
  /** What else did not go as it should: layers that could not be scanned. */
  problems: readonly string[];
}): Notification {
  const { environment, news, proof } = told;
  const { fresh, changed, resolved, flapping } = news;
  const counts = [
    [fresh.length, "new"],
    [changed.length, "changed"],
    [flapping.length, "flapping"],
    [resolved.length, "resolved"],
  ] as const;
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const section = (title: string, lines: readonly string[]): string[] => {
    if (lines.length === 0) return [];
    const more = lines.length > SHOWN ? [`- and ${lines.length - SHOWN} more`] : [];
    return ["", `${title}:`, ...lines.slice(0, SHOWN), ...more];
  };
  const open = fresh.length + changed.length + flapping.length > 0;
  return {
    event: "drift-changed",
    environment,
    runId: told.executionName,
    detail: {
      new: namesOf(fresh.map(({ drifted }) => drifted)),
      changed: namesOf(changed.map(({ drifted }) => drifted)),
      flapping: namesOf(flapping.map(({ drifted }) => drifted)),
      resolved: namesOf(resolved),
      evidenceKey: proof.evidenceKey,
    },
    subject: subject(`[${environment}] drift: ${said.join(", ")}`),
    text: [
      `${proof.summary}.`,
      ...section("New", fresh.map(line)),
      ...section("Changed since you heard of it", changed.map(line)),
      ...section(
        "Comes and goes; you hear of it again when it has been steady for a week",
        flapping.map(line),
      ),
      ...section(
        "Well again",
        resolved.map(({ layer, address }) => `- ${layer}: ${address}`),
      ),
      ...section(
        "Not scanned",
        told.problems.map((problem) => `- ${problem}`),
      ),
      "",
      open
        ? `Nothing was changed by looking. See "drift-changed" in docs/operating.md for what to do; the same drift is not mailed again.`
        : "Nothing to do.",
      `Evidence: s3://${told.artefactBucket}/${proof.evidenceKey}`,
      `Execution: ${proof.executionArn}`,
    ].join("\n"),
  };
}

const namesOf = (each: readonly { layer: string; address: string }[]): string[] =>
  each.slice(0, SHOWN).map(({ layer, address }) => `${layer}: ${address}`);

function line({ drifted, memory, expired }: Remembered): string {
  const allowed = expired
    ? ` It was allowed until ${expired.until} (${expired.owner}: ${expired.reason}).`
    : "";
  return `- ${drifted.layer}: ${drifted.address}: ${formatDriftKind(drifted)}. ${byWhom(memory.attribution)}${allowed}`;
}

const byWhom = (attribution: Attribution | undefined): string =>
  attribution === undefined
    ? "By whom is not known (yet)."
    : `${attribution.who} did ${attribution.what} at ${attribution.at}.`;
