import { expect } from "vitest";
import { type RunRecord, runRecord } from "../../lib/cli/run-record.ts";
import type { StartedRun, Twin } from "../../lib/twin/twin.ts";
import { closingMails, leaseIsHeld } from "./run-facts.ts";

/** How a run ended, once it is certain that it is closed in the only way there is: one mail, lease free. */
export interface Ending {
  readonly record: RunRecord;
  readonly event: string;
  readonly text: string;
}

export async function endingOf(twin: Twin, run: StartedRun): Promise<Ending> {
  await twin.finish(run);
  const mails = closingMails(twin, run);
  expect(mails, "closing notifications").toHaveLength(1);
  expect(leaseIsHeld(twin), "the lease is held").toBe(false);
  return { record: runRecord(twin, run, 0), event: mails[0]!.event, text: mails[0]!.text };
}
