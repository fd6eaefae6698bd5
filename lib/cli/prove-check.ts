import * as z from "zod";
import { formatDuration } from "../report/duration.ts";
import { GateReportSchema } from "../run/messages.ts";
import type { Check, CheckOptions } from "./check-command.ts";
import type { CheckRecord } from "./check-record.ts";

export interface ProveOptions extends CheckOptions {
  readonly layers?: string[];
}

const EvidenceSchema = z.looseObject({ gates: z.array(GateReportSchema) });

/** `strata twin prove`: the gates alone. */
export const PROVE: Check<ProveOptions> = {
  machine: "prove",
  input: ({ layers, reason }) => ({ ...(layers ? { layers } : {}), reason }),
  table: proveTable,
};

/** A line a gate: its verdict, how many of its findings pass, how long it was asked. */
function proveTable(record: CheckRecord): string[] {
  const gates = EvidenceSchema.safeParse(record.evidence).data?.gates ?? [];
  if (gates.length === 0) return [];
  const rows = gates.map(({ layer, kind, verdict, passed, failed }) => {
    const step = record.timeline.find((entry) => entry.step === `Prove ${layer}: ${kind}`);
    const lasted = step?.endedAt ? Date.parse(step.endedAt) - Date.parse(step.startedAt) : 0;
    return [layer, kind, verdict, `${passed}/${passed + failed}`, formatDuration(lasted)];
  });
  const table = [["layer", "gate", "verdict", "findings", "asked for"], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? "").length)),
  );
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
