import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectAuditTrail } from "../../lib/clients/audit-trail.ts";
import { connectBuildHistory } from "../../lib/clients/build-history.ts";
import { connectClusterAuditLog } from "../../lib/clients/cluster-audit-log.ts";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { driftTable } from "../../lib/clients/table/drift.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { connectTaggedResources } from "../../lib/clients/tagged-resources.ts";
import { JudgeDriftEventSchema, JudgeDriftResultSchema } from "../../lib/drift/messages.ts";
import { namespacesOf } from "../../lib/drift/namespaces.ts";
import { recordScan } from "../../lib/drift/scan.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ARTEFACT_BUCKET",
  "STRATA_TOPIC_ARN",
  "STRATA_ACTION_TOPIC_ARN",
  "AWS_REGION",
);

function connect(environment: NodeJS.ProcessEnv) {
  const settings = readEnvironment(EnvironmentSchema, environment);
  const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
  const aws = {
    credentials: () => table.dynamo.config.credentials(),
    region: settings.AWS_REGION,
    endpoint: environment.AWS_ENDPOINT_URL,
  };
  const catalogue = defineLayers(LAYERS);
  const namespaces = namespacesOf(catalogue);
  return {
    settings: {
      environment: settings.STRATA_ENVIRONMENT,
      artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
      topicArn: settings.STRATA_TOPIC_ARN,
      actionTopicArn: settings.STRATA_ACTION_TOPIC_ARN,
      layers: catalogue.layers.map(({ name }) => name),
      layerOf: (namespace: string) => namespaces.get(namespace) ?? "-",
    },
    objects: connectObjectStore(),
    builds: connectBuildHistory(aws),
    tagged: connectTaggedResources(aws),
    trail: connectAuditTrail(aws),
    audit: connectClusterAuditLog(settings.STRATA_ENVIRONMENT, aws),
    drift: driftTable(table),
    proofs: proofTable(table),
    notifier: connectNotifier(),
  };
}

/** Last task of the drift machine: what has drifted, who did it, what of it is news. */
export const handler = createHandler({
  name: "judge-drift",
  input: JudgeDriftEventSchema,
  output: JudgeDriftResultSchema,
  connect,
  handle: (event, { settings, ...ports }, now) => recordScan(event, settings, ports, now),
});
