import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { reviewPlan } from "../../lib/review/review-plan.ts";
import { ReviewPlanEventSchema, ReviewSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

/** After a layer's plan build: what the plan means, and whether it may be applied, and after whose approval. */
export const handler = createHandler({
  name: "review-plan",
  input: ReviewPlanEventSchema,
  output: ReviewSchema,
  connect: () => ({ objects: connectObjectStore() }),
  handle: async (event, { objects }) =>
    reviewPlan(event, defineLayers(LAYERS).layer(event.layer).protects, objects),
});
