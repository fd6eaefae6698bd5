import { connectTable } from "../../lib/clients/table/connection.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { failRun } from "../../lib/run/finish.ts";
import { FailRunEventSchema, FinishRunResultSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE");

/** After a failure outside any layer's stage: keeps what is known of it. The lease is not freed here. */
export const handler = createHandler({
  name: "fail-run",
  input: FailRunEventSchema,
  output: FinishRunResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    return { runs: runTable(connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT)) };
  },
  handle: (event, { runs }, now) => failRun(event, runs, now),
});
