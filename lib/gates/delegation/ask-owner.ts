import { delegationNeeded } from "../../notifications/delegation-needed.ts";
import { type Finding, verdictOf } from "../../run/finding.ts";
import type { NoticeTable, Notifier } from "../../run/ports.ts";
import { expiresAt, RUN_RECORD_DAYS } from "../../run/records.ts";
import type { Waiting } from "../define-gate.ts";
import type { DelegationFacts } from "./facts.ts";

const NOTICE = "delegation-needed";

/** Tells the owner of the domain, once a run, which records to set. The gate looks every few minutes. */
export async function askOwner(
  { domain, zoneNameServers }: DelegationFacts,
  findings: readonly Finding[],
  waiting: Waiting<{ notices: NoticeTable; notifier: Notifier; actionTopicArn: string }>,
): Promise<void> {
  if (!zoneNameServers || verdictOf(findings) !== "not-ready") return;
  const { ports, moment, runId, until } = waiting;
  const expires = expiresAt(moment.now, RUN_RECORD_DAYS);
  if (!(await ports.notices.claim(runId, NOTICE, moment.now.toISOString(), expires))) return;
  try {
    await ports.notifier.publish(
      ports.actionTopicArn,
      delegationNeeded({
        environment: moment.environment,
        runId,
        domain,
        nameServers: zoneNameServers,
        observed: findings[0]?.observed ?? "it is not delegated",
        until: until.toISOString(),
      }),
    );
  } catch (error) {
    await ports.notices.release(runId, NOTICE);
    throw error;
  }
}
