import { backupLayerOf } from "../../lib/catalogue/backup-layer.ts";
import type { Catalogue } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { catalogueOf } from "../../lib/catalogue/part.ts";
import { selectLayers } from "../../lib/catalogue/selection.ts";
import { connectBuilds } from "../../lib/clients/builds.ts";
import { connectExecutions } from "../../lib/clients/executions.ts";
import { connectNotifier } from "../../lib/clients/notifier.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { layerTable } from "../../lib/clients/table/layers.ts";
import { leaseTable } from "../../lib/clients/table/lease.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { requesters } from "../../lib/clients/table/requesters.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { PrepareRunEventSchema, RunSchema } from "../../lib/run/messages.ts";
import { parseRunInput } from "../../lib/run/parse-input.ts";
import { prepareRun } from "../../lib/run/prepare.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ARTEFACT_BUCKET",
  "STRATA_SOURCE_BUCKET",
  "STRATA_SOURCE_KEY",
  "STRATA_TOPIC_ARN",
  "STRATA_APPROVAL",
  "STRATA_TERRAFORM_VERSION",
  "STRATA_LAYERS",
);

function backupsIn({ layers }: Catalogue): { stateful: string[]; layer: string } {
  return {
    stateful: layers.filter(({ stateful }) => stateful).map(({ name }) => name),
    layer: backupLayerOf(layers) ?? "",
  };
}

/** First state of the pipeline: input parsed, lease taken, source pinned, run recorded and announced. */
export const handler = createHandler({
  name: "prepare-run",
  input: PrepareRunEventSchema,
  output: RunSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      settings,
      objects: connectObjectStore(),
      leases: leaseTable(table),
      layers: layerTable(table),
      proofs: proofTable(table),
      runs: runTable(table),
      requesters: requesters(table),
      executions: connectExecutions(),
      builds: connectBuilds(),
      notifier: connectNotifier(),
    };
  },
  handle: async ({ input: unparsed, ...execution }, { settings, ...ports }, now) => {
    const catalogue = catalogueOf(LAYERS, settings.STRATA_LAYERS);
    const input = parseRunInput(unparsed);
    const layers = selectLayers(catalogue, input.operation, input.layers);
    return prepareRun(
      { ...execution, input, layers },
      {
        environment: settings.STRATA_ENVIRONMENT,
        artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
        source: { bucket: settings.STRATA_SOURCE_BUCKET, key: settings.STRATA_SOURCE_KEY },
        topicArn: settings.STRATA_TOPIC_ARN,
        approval: settings.STRATA_APPROVAL,
        terraformVersion: settings.STRATA_TERRAFORM_VERSION,
        allLayers: catalogue.layers.map((layer) => layer.name),
        // An environment of some layers only is a rehearsal's: what it holds was restored from a backup.
        ...(settings.STRATA_LAYERS === undefined ? { backups: backupsIn(catalogue) } : {}),
      },
      ports,
      now,
    );
  },
});
