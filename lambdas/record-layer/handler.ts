import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { layerTable } from "../../lib/clients/table/layers.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { LayerOutcomeSchema, RecordLayerEventSchema } from "../../lib/run/messages.ts";
import { recordLayer } from "../../lib/run/record-layer.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE");

/** Last state of a layer's stage: nothing was skipped, and the records say how it ended. Returns the outcome. */
export const handler = createHandler({
  name: "record-layer",
  input: RecordLayerEventSchema,
  output: LayerOutcomeSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return { runs: runTable(table), layers: layerTable(table) };
  },
  handle: async (event, ports, now) => {
    const { gates } = defineLayers(LAYERS).layer(event.outcome.layer);
    return recordLayer(
      event,
      gates.map((gate) => gate.kind),
      ports,
      now,
    );
  },
});
