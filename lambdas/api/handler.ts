import { Logger } from "@aws-lambda-powertools/logger";
import * as z from "zod";
import { answer } from "../../lib/api/answer.ts";
import { HttpEventSchema } from "../../lib/api/request.ts";
import { connectExecutionStarts } from "../../lib/clients/execution-starts.ts";
import { connectCallbacks, connectMachines } from "../../lib/clients/machines.ts";
import { approvals } from "../../lib/clients/table/approvals.ts";
import { runRecords } from "../../lib/clients/table/cancellations.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { driftRecords } from "../../lib/clients/table/drift-list.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { requesters } from "../../lib/clients/table/requesters.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_MACHINE_PREFIX",
  "STRATA_SELF_APPROVAL",
  "AWS_REGION",
);
const AnswerSchema = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** Behind the HTTP API: every route of lib/api/routes.ts. */
export const handler = createHandler({
  name: "api",
  input: HttpEventSchema,
  output: AnswerSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      logger: new Logger({ serviceName: "api" }),
      settings: {
        environment: settings.STRATA_ENVIRONMENT,
        machinePrefix: settings.STRATA_MACHINE_PREFIX,
        selfApproval: settings.STRATA_SELF_APPROVAL === "allowed",
      },
      machines: connectMachines(),
      callbacks: connectCallbacks(),
      runs: runRecords(table),
      requesters: requesters(table),
      starts: connectExecutionStarts({
        credentials: () => table.dynamo.config.credentials(),
        region: settings.AWS_REGION,
        endpoint: environment.AWS_ENDPOINT_URL,
      }),
      approvals: approvals(table),
      proofs: proofTable(table),
      drift: driftRecords(table),
    };
  },
  handle: (event, { settings, logger, ...ports }, now) =>
    answer(event, ports, settings, now, (error) => logger.error("answered 5xx", error as Error)),
});
