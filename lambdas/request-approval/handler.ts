import * as z from "zod";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { approvalTable } from "../../lib/clients/table/approvals.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { RequestApprovalEventSchema } from "../../lib/run/messages.ts";
import { requestApproval } from "../../lib/run/request-approval.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ACTION_TOPIC_ARN",
  "STRATA_API_URL",
);
const ResultSchema = z.strictObject({ requested: z.literal(true), layer: z.string(), digest: z.string() });

/** Called with a task token: keeps it, and asks a person. The answer goes to Step Functions, not through here. */
export const handler = createHandler({
  name: "request-approval",
  input: RequestApprovalEventSchema,
  output: ResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return { settings, approvals: approvalTable(table), notifier: connectNotifier() };
  },
  handle: (event, { settings, ...ports }, now) =>
    requestApproval(
      event,
      { actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN, apiUrl: settings.STRATA_API_URL },
      ports,
      now,
    ),
});
