import { paginateListExecutions, SFNClient } from "@aws-sdk/client-sfn";
import type { Ends } from "../ages/proof-ages.ts";
import type { AgesPorts } from "../ages/publish-ages.ts";
import { SDK_SETTINGS } from "./sdk.ts";

/** Step Functions lists a thousand executions a page; four weeks of an hourly check fit one. */
const PAGE_SIZE = 1_000;
const ALIVE = ["RUNNING", "PENDING_REDRIVE"];

/** How executions ended, newest first until they are older than asked for. Those that run count as neither. */
export const connectExecutionHistory = (
  machinePrefix: string,
  sfn: SFNClient = new SFNClient(SDK_SETTINGS),
): AgesPorts["history"] => ({
  async endsSince(machine, since): Promise<Ends> {
    const stateMachineArn = `${machinePrefix}${machine}`;
    const statuses: string[] = [];
    for await (const { executions = [] } of paginateListExecutions(
      { client: sfn, pageSize: PAGE_SIZE },
      { stateMachineArn },
    )) {
      const within = executions.filter(({ startDate }) => !startDate || startDate >= since);
      statuses.push(...within.map(({ status }) => status ?? "RUNNING"));
      if (within.length < executions.length) break;
    }
    const succeeded = statuses.filter((status) => status === "SUCCEEDED").length;
    const alive = statuses.filter((status) => ALIVE.includes(status)).length;
    return { succeeded, failed: statuses.length - succeeded - alive };
  },
});
