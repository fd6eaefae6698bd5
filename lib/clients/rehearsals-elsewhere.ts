import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { AgesPorts } from "../ages/publish-ages.ts";
import { checkFolder } from "../run/proof.ts";

/** Two attempts of eight seconds: a region that is down must not keep anybody from saying how old everything else is. */
const SETTINGS = { maxAttempts: 2, requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 } };

const MACHINE =
  /^arn:[^:]+:states:(?<region>[^:]+):(?<account>\d+):stateMachine:(?<environment>.+)-rehearse-recovery$/;

/**
 * The machine that rehearses the loss of this region stands in another one, and keeps its records there: whatever
 * happens to this region, it needs nothing of it. So it is asked, and only what it succeeded at counts; an execution
 * that only removes what another has left never succeeds. Step Functions remembers 90 days.
 */
export function connectRehearsalsElsewhere(machine: string, sfn?: SFNClient): AgesPorts["elsewhere"] {
  const { region = "", account = "", environment = "" } = MACHINE.exec(machine)?.groups ?? {};
  const client = sfn ?? new SFNClient({ ...SETTINGS, region });
  return {
    machine,
    async lastPassed() {
      const asked = { stateMachineArn: machine, statusFilter: "SUCCEEDED", maxResults: 1 } as const;
      const listed = await client.send(new ListExecutionsCommand(asked)).catch(unlessMissing);
      const [{ executionArn, name, startDate, stopDate } = {}] = listed?.executions ?? [];
      if (!executionArn || !name || !startDate || !stopDate) return undefined;
      return {
        proof: "rehearse-recovery",
        scenario: "region",
        executionArn,
        startedAt: startDate.toISOString(),
        endedAt: stopDate.toISOString(),
        result: "passed",
        summary: `region: recovered in ${region}; the times are in ${environment}-artefacts-${account}-${region}`,
        evidenceKey: `${checkFolder("rehearse-recovery", name)}/proof.json`,
      };
    },
  };
}

/** A control plane that is configured and not deployed yet has rehearsed nothing. */
function unlessMissing(error: Error): undefined {
  if (error.name !== "StateMachineDoesNotExist") throw error;
}
