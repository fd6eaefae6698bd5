import { connectTable } from "../../lib/clients/table/connection.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { finishRun, saveFinish } from "../../lib/run/finish.ts";
import { FinishRunEventSchema, FinishRunResultSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE");

/** Says whether the run did what it was asked to. Only `close-run` frees the lease and notifies. */
export const handler = createHandler({
  name: "finish-run",
  input: FinishRunEventSchema,
  output: FinishRunResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    return { runs: runTable(connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT)) };
  },
  handle: async ({ run, outcomes }, { runs }, now) => {
    const result = finishRun(run, outcomes);
    await saveFinish(run, outcomes, result, runs, now);
    return result;
  },
});
