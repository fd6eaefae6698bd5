import type * as z from "zod";
import { defineLayers } from "../../catalogue/define-layers.ts";
import { LAYERS } from "../../catalogue/layers.ts";
import { selectLayers } from "../../catalogue/selection.ts";
import { InvalidInputError } from "../../run/errors.ts";
import { expiresAt, RUN_RECORD_DAYS } from "../../run/records.ts";
import type { Operate } from "../answer.ts";
import { IDEMPOTENCY_KEY } from "../openapi.ts";
import { type ApiPorts, type ApiSettings, type Execution, executionArnOf } from "../ports.ts";
import { ApiProblem } from "../problem.ts";
import type { ApiRequest } from "../request.ts";
import type { StartRunSchema } from "../schemas.ts";
import { summaryOf } from "./runs.ts";

/**
 * Starts an execution of the pipeline in the caller's name. With a key, the execution's name is made of it:
 * Step Functions itself then sees to it that there is only one.
 */
export const startRun: Operate = async (request, ports, settings, now) => {
  const asked = request.body as z.infer<typeof StartRunSchema>;
  checkLayers(asked);
  const name = `${asked.operation}-${suffixOf(request, now)}`;
  // Who starts it is what AWS says, whatever the body may claim.
  const input = { ...asked, requestedBy: request.caller };
  const known = await ports.machines.describe(executionArnOf(settings, "pipeline", name));
  if (known) return again(known, input);
  await ports.requesters.save(name, request.caller, expiresAt(now, RUN_RECORD_DAYS));
  const started = await ports.machines.start(`${settings.machinePrefix}pipeline`, name, input);
  if (started !== "exists") return { body: summaryOf(started) };
  return again(await found(ports, settings, name), input);
};

function checkLayers({ operation, layers }: z.infer<typeof StartRunSchema>): void {
  try {
    selectLayers(defineLayers(LAYERS), operation, layers);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new ApiProblem("bad-request", error.message, [{ path: "body.layers", message: error.message }]);
  }
}

function suffixOf({ idempotencyKey, requestId }: ApiRequest, now: Date): string {
  if (idempotencyKey === undefined)
    return `${now.toISOString().replaceAll(/[-:]|\.\d+Z/g, "")}-${requestId.replaceAll(/\W/g, "")}`;
  if (IDEMPOTENCY_KEY.test(idempotencyKey)) return idempotencyKey;
  throw new ApiProblem(
    "bad-request",
    "header Idempotency-Key: 8 to 64 letters, digits, '-' and '_' are taken",
    [{ path: "headers.Idempotency-Key", message: "8 to 64 letters, digits, '-' and '_'" }],
  );
}

async function found(ports: ApiPorts, settings: ApiSettings, name: string): Promise<Execution> {
  const execution = await ports.machines.describe(executionArnOf(settings, "pipeline", name));
  if (execution) return execution;
  throw new ApiProblem("conflict", `the name ${name} is taken, and its run cannot be read`);
}

/** The same request once more: the same run. Another one under the same key: a mistake of the caller's. */
function again(execution: Execution, input: unknown) {
  if (execution.input === JSON.stringify(input)) return { status: 200, body: summaryOf(execution) };
  throw new ApiProblem(
    "conflict",
    `this Idempotency-Key belongs to run ${execution.name}, which was started with another input or by somebody else`,
  );
}
