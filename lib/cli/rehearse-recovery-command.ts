import { type Command, Option } from "commander";
import { BACKUP_LAYER } from "../catalogue/backup-layer.ts";
import { SCENARIOS, type ScenarioName } from "../recovery/scenarios.ts";
import type { Twin } from "../twin/twin.ts";
import { addCheckCommand } from "./add-check-command.ts";
import type { Check, CheckOptions } from "./check-command.ts";
import type { CheckRecord } from "./check-record.ts";
import { scratchPlace } from "./scratch-place.ts";
import { makeBackups, makeFirstBackups } from "./verify-backup-command.ts";
import { loadWorld } from "./world-file.ts";

interface RehearseRecoveryOptions extends CheckOptions {
  readonly scenario: ScenarioName;
}

interface Row {
  readonly scenario: string;
  readonly lost: string;
  readonly promisedMinutes: readonly [number, number];
  readonly rtoMinutes?: number;
  readonly rpoHours?: number;
  readonly kept?: boolean;
}

/** What each disaster costs beside what was promised: the scenario that was rehearsed measured, the others not. */
export function recoveryTable({ evidence }: Pick<CheckRecord, "evidence">): string[] {
  const rows = (evidence.rows ?? []) as Row[];
  if (rows.length === 0) return [];
  const cells = rows.map(({ scenario, lost, promisedMinutes, rtoMinutes, rpoHours, kept }) => [
    scenario,
    lost,
    `${promisedMinutes[0]}–${promisedMinutes[1]} min`,
    rtoMinutes === undefined ? "not measured" : `${rtoMinutes} min${kept ? "" : " (late)"}`,
    rpoHours === undefined ? "–" : `${rpoHours} h`,
  ]);
  const head = ["disaster", "what is lost", "promised", "RTO", "RPO"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "─".repeat(width))), ...cells.map(line), ""];
}

/** Is a backup of the schedule in the bucket, whole? Velero writes the file by which it is known last. */
const isCopied = ({ world }: Twin, bucket: string, schedule: string): boolean =>
  world
    .collection("s3.objects")
    .keys()
    .some((key) => key.startsWith(`${bucket}/backups/${schedule}-`) && key.endsWith("/velero-backup.json"));

/** Where a world that is made for the rehearsal keeps the copy of its backups; any region but its own. */
const COPY_IN = "eu-west-1";

/** `strata twin rehearse-recovery --scenario …`. */
const REHEARSE_RECOVERY: Check<RehearseRecoveryOptions> = {
  machine: "rehearse-recovery",
  settings: ({ scenario, world }) => scratchPlace(scenario, loadWorld(world))?.settings ?? [],
  // What rehearses the loss of a region stands in another.
  environment: ({ scenario, world }) =>
    scenario === "region" ? scratchPlace(scenario, loadWorld(world))?.environment : undefined,
  prepare: (twin, { scenario, world }) => {
    const place = scratchPlace(scenario, loadWorld(world));
    if (scenario !== "region" || !place) return makeFirstBackups(twin);
    return makeBackups(twin, place.primary, (schedule) => isCopied(twin, place.bucket, schedule));
  },
  input: ({ scenario, reason }) => ({ scenario, reason }),
  table: recoveryTable,
};

export function addRehearseRecoveryCommand(twin: Command, done: (code: number) => void): void {
  addCheckCommand(
    twin,
    REHEARSE_RECOVERY,
    "measure how long it takes to come back from a disaster",
    done,
    (command) =>
      command.addOption(
        new Option("--scenario <name>", "which disaster")
          .choices(Object.keys(SCENARIOS))
          .makeOptionMandatory(),
      ),
    ({ scenario }) => ({
      layers: [BACKUP_LAYER],
      set:
        scenario === "region" ? [{ path: ["layers", BACKUP_LAYER, "recovery_region"], value: COPY_IN }] : [],
    }),
  );
}
