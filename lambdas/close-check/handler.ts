import * as z from "zod";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { CloseCheckEventSchema, endOfEvent } from "../../lib/run/check-event.ts";
import { closeCheck } from "../../lib/run/close-check.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ARTEFACT_BUCKET",
  "STRATA_ACTION_TOPIC_ARN",
);
const ResultSchema = z.object({ proof: z.string(), result: z.string(), summary: z.string() });

/** Called by EventBridge when a check has ended: one that left no proof has failed, and somebody hears of it. */
export const handler = createHandler({
  name: "close-check",
  input: CloseCheckEventSchema,
  output: ResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      settings: {
        environment: settings.STRATA_ENVIRONMENT,
        actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN,
        artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
      },
      proofs: proofTable(table),
      objects: connectObjectStore(),
      notifier: connectNotifier(),
    };
  },
  handle: async (event, { settings, ...ports }, now) => {
    const closing = await closeCheck(endOfEvent(event, settings.environment), settings, ports, now);
    const { proof, result, summary } = closing.proof;
    return { proof, result, summary };
  },
});
