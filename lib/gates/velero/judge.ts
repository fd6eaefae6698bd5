import type { Finding } from "../../run/finding.ts";
import type { VeleroExpectation } from "./expectation.ts";
import type { VeleroFacts } from "./facts.ts";
import { judgeLastBackup } from "./last-backup.ts";
import { judgeLocations } from "./locations.ts";
import { judgeNodeAgents, judgeRepositories } from "./movers.ts";
import { judgeSchedule } from "./schedules.ts";

/**
 * Whether backups are made and could be restored from: where they go, what makes them, and the newest one of each
 * schedule in full, for "Completed" is said of a backup without volumes, too.
 */
export function judgeVelero(facts: VeleroFacts, expectation: VeleroExpectation, now: Date): Finding[] {
  return [
    ...judgeLocations(facts, expectation.namespace, now),
    ...judgeRepositories(facts),
    ...expectation.schedules.flatMap((name) => [
      judgeSchedule(facts, expectation.namespace, name),
      ...judgeLastBackup(facts, expectation, name, now),
    ]),
    ...judgeNodeAgents(facts, expectation),
  ];
}
