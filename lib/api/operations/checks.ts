import type { Operate } from "../answer.ts";
import { ApiProblem } from "../problem.ts";

/** Starts an execution of a machine beside the pipeline, with the request's body as its input. */
const start =
  (purpose: string): Operate =>
  async (request, { machines }, { machinePrefix }, now) => {
    const at = now.toISOString().replaceAll(/[-:]|\.\d+Z/g, "");
    const name = `${at}-${request.requestId.replaceAll(/\W/g, "")}`;
    const input = { reason: `asked for by ${request.caller}`, ...(request.body as object) };
    const started = await machines.start(`${machinePrefix}${purpose}`, name, input);
    if (started === "exists") throw new ApiProblem("conflict", `there is an execution ${name} already`);
    return { body: { executionArn: started.executionArn, name } };
  };

export const startProof = start("prove");
export const startDriftScan = start("drift");
export const startBackupVerification = start("verify-backup");
