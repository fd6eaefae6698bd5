import * as z from "zod";
import { publishAges } from "../../lib/ages/publish-ages.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { connectExecutionHistory } from "../../lib/clients/execution-history.ts";
import { connectRehearsalsElsewhere } from "../../lib/clients/rehearsals-elsewhere.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { counting } from "../../lib/clients/table/counting.ts";
import { passedProofs } from "../../lib/clients/table/proofs.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_MACHINE_PREFIX",
  "STRATA_REHEARSED_ELSEWHERE",
);

/** Every hour: how old every proof is, as metrics that dead-man alarms watch. */
export const handler = createHandler({
  name: "publish-ages",
  input: z.unknown(),
  output: z.object({ published: z.int() }),
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    const elsewhere = settings.STRATA_REHEARSED_ELSEWHERE;
    return {
      elsewhere: elsewhere === undefined ? undefined : connectRehearsalsElsewhere(elsewhere),
      proofs: passedProofs(table),
      counting: counting(table),
      history: connectExecutionHistory(settings.STRATA_MACHINE_PREFIX),
      metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
    };
  },
  handle: async (_, ports, now) => ({ published: (await publishAges(ports, now)).length }),
});
