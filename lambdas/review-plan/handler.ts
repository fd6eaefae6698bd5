import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectTable } from "../../lib/clients/table/connection.ts";
import { proofTable } from "../../lib/clients/table/proofs.ts";
import { runTable } from "../../lib/clients/table/runs.ts";
import { unprovenBackup } from "../../lib/review/proven-backup.ts";
import { reviewPlan } from "../../lib/review/review-plan.ts";
import { refuseCancelled } from "../../lib/run/cancelled.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { ReviewPlanEventSchema, ReviewSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_TABLE", "STRATA_DISPOSABLE");

/** After a layer's plan build: what the plan means, and whether it may be applied, and after whose approval. */
export const handler = createHandler({
  name: "review-plan",
  input: ReviewPlanEventSchema,
  output: ReviewSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const table = connectTable(settings.STRATA_TABLE, settings.STRATA_ENVIRONMENT);
    return {
      objects: connectObjectStore(),
      runs: runTable(table),
      proofs: proofTable(table),
      isDisposable: settings.STRATA_DISPOSABLE !== undefined,
    };
  },
  handle: async (event, { objects, runs, proofs, isDisposable }, now) => {
    const { protects, retains, stateful } = defineLayers(LAYERS).layer(event.layer);
    const unproven =
      stateful && !isDisposable ? unprovenBackup(await proofs.lastPassed("verify-backup"), now) : undefined;
    const rules = isDisposable ? { protects: [] } : { protects, ...(retains && { retains }) };
    const review = await reviewPlan(event, rules, objects, unproven);
    await refuseCancelled(event.run.runId, runs);
    return review;
  },
});
