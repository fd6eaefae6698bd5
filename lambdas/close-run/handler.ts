import * as z from "zod";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { catalogueOf } from "../../lib/catalogue/part.ts";
import { connectBuilds } from "../../lib/clients/builds.ts";
import { connectExecutions } from "../../lib/clients/executions.ts";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectSigner } from "../../lib/clients/signer.ts";
import { connectTable, type TableConnection } from "../../lib/clients/table/connection.ts";
import { leaseTable } from "../../lib/clients/table/lease.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { requesters } from "../../lib/clients/table/requesters.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import type { Signing } from "../../lib/evidence/sign.ts";
import { closeRun } from "../../lib/run/close.ts";
import { runOfEvent } from "../../lib/run/closing-event.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { projectNames } from "../../lib/run/lease.ts";
import { CloseRunEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_TOPIC_ARN",
  "STRATA_LAYERS",
  "STRATA_EVIDENCE",
  "AWS_REGION",
);
/** Undefined for an environment that is built to be removed: nobody asks what it did. */
function signingOf(
  { STRATA_EVIDENCE: settings, AWS_REGION: region }: z.infer<typeof EnvironmentSchema>,
  endpoint: string | undefined,
  { config }: TableConnection["dynamo"],
): Signing | undefined {
  if (settings === undefined) return undefined;
  const objects = connectObjectStore();
  return {
    sign: connectSigner({ credentials: () => config.credentials(), region, endpoint, keyArn: settings.key }),
    write: (key, content) => objects.write(settings.bucket, key, content),
  };
}

const ResultSchema = z.object({
  closed: z.boolean(),
  runId: z.string().optional(),
  waitingFor: z.array(z.string()).readonly().optional(),
});

/** Called by EventBridge when an execution or a build changes: the only one that ends a run for good. */
export const handler = createHandler({
  name: "close-run",
  input: CloseRunEventSchema,
  output: ResultSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      environment: settings.STRATA_ENVIRONMENT,
      topicArn: settings.STRATA_TOPIC_ARN,
      layers: catalogueOf(LAYERS, settings.STRATA_LAYERS).layers.map(({ name }) => name),
      leases: leaseTable(table),
      runs: runTable(table),
      executions: connectExecutions(),
      builds: connectBuilds(),
      notifier: connectNotifier(),
      proofs: proofTable(table),
      requesters: settings.STRATA_EVIDENCE === undefined ? undefined : requesters(table),
      signing: signingOf(settings, environment.AWS_ENDPOINT_URL, table.dynamo),
    };
  },
  handle: async (event, { environment, topicArn, layers, ...ports }, now) => {
    const run = await runOfEvent(event, ports);
    if (!run) return { closed: false };
    const projects = projectNames(environment, layers);
    return closeRun(run, { environment, projects, topicArn }, ports, now);
  },
});
