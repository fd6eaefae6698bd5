import { LAYERS } from "../../lib/catalogue/layers.ts";
import { catalogueOf } from "../../lib/catalogue/part.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import { connectSweep } from "../../lib/clients/tagged-resources.ts";
import { sweepLeftovers } from "../../lib/removal/sweep.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { finishRun, saveFinish } from "../../lib/run/finish.ts";
import { FinishRunEventSchema, FinishRunResultSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE", "STRATA_LAYERS", "AWS_REGION");

/** Says whether the run did what it was asked to, and after a destroy what it has left behind. Only `close-run` frees the lease and notifies. */
export const handler = createHandler({
  name: "finish-run",
  input: FinishRunEventSchema,
  output: FinishRunResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      runs: runTable(table),
      layers: catalogueOf(LAYERS, settings.STRATA_LAYERS).layers.map(({ name }) => name),
      sweep: connectSweep({
        credentials: () => table.dynamo.config.credentials(),
        region: settings.AWS_REGION,
        endpoint: environment.AWS_ENDPOINT_URL,
      }),
    };
  },
  handle: async ({ run, outcomes }, { runs, layers, sweep }, now) => {
    const result = finishRun(run, outcomes);
    await saveFinish(run, outcomes, result, runs, now);
    if (run.operation !== "destroy") return result;
    const findings = await sweepLeftovers({ environment: run.environment, outcomes, layers }, sweep);
    await runs.saveFindings(run.runId, findings);
    return { ...result, findings };
  },
});
