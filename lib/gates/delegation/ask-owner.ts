import { delegationNeeded } from "../../notifications/delegation-needed.ts";
import type { Finding } from "../../run/finding.ts";
import type { NoticeTable, Notifier } from "../../run/ports.ts";
import { expiresAt, RUN_RECORD_DAYS } from "../../run/records.ts";
import type { Waiting } from "../define-gate.ts";
import type { DelegationFacts } from "./facts.ts";

const NOTICE = "delegation-needed";

/** Tells the owner of the domain, once a run, which records to set: at the first look that finds them missing. */
export async function askOwner(
  { domain, zoneNameServers }: DelegationFacts,
  findings: readonly Finding[],
  waiting: Waiting<{ notices: NoticeTable; notifier: Notifier; actionTopicArn: string }>,
): Promise<void> {
  const delegated = findings.find(({ check }) => check === "zone-delegated");
  if (!zoneNameServers || !delegated || delegated.status === "pass") return;
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
        observed: delegated.observed,
        until: delegated.severity === "error" ? until.toISOString() : undefined,
      }),
    );
  } catch (error) {
    await ports.notices.release(runId, NOTICE);
    throw error;
  }
}
