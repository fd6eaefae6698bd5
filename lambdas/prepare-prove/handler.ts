import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { layerTable } from "../../lib/clients/table/layers.ts";
import { leaseTable } from "../../lib/clients/table/lease.ts";
import { PrepareProveEventSchema, ProveScopeSchema } from "../../lib/prove/messages.ts";
import { prepareProve } from "../../lib/prove/prepare.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE", "STRATA_ARTEFACT_BUCKET");

/** First state of the prove machine: which layers are asked, and who changes the environment meanwhile. */
export const handler = createHandler({
  name: "prepare-prove",
  input: PrepareProveEventSchema,
  output: ProveScopeSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return { settings, layers: layerTable(table), leases: leaseTable(table) };
  },
  handle: (event, { settings, ...ports }) =>
    prepareProve(
      event,
      {
        environment: settings.STRATA_ENVIRONMENT,
        artefactBucket: settings.STRATA_ARTEFACT_BUCKET,
        catalogue: defineLayers(LAYERS),
      },
      ports,
    ),
});
