import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectBuildHistory } from "../../lib/clients/build-history.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { layerTable } from "../../lib/clients/table/layers.ts";
import { DriftScopeSchema, PrepareDriftEventSchema } from "../../lib/drift/messages.ts";
import { prepareDrift } from "../../lib/drift/prepare.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf(
  "STRATA_ENVIRONMENT",
  "STRATA_TABLE",
  "STRATA_ARTEFACT_BUCKET",
  "AWS_REGION",
);

/** First state of the drift machine: which layers are planned, each as it was applied last. */
export const handler = createHandler({
  name: "prepare-drift",
  input: PrepareDriftEventSchema,
  output: DriftScopeSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    const aws = {
      credentials: () => table.dynamo.config.credentials(),
      region: settings.AWS_REGION,
      endpoint: environment.AWS_ENDPOINT_URL,
    };
    return { settings, layers: layerTable(table), builds: connectBuildHistory(aws) };
  },
  handle: (event, { settings, ...ports }) =>
    prepareDrift(
      event,
      {
        environment: settings.STRATA_ENVIRONMENT,
        artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
        catalogue: defineLayers(LAYERS),
      },
      ports,
    ),
});
