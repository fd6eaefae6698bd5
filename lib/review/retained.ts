/** What a removal leaves where it is: read from the state that the plan begins with, and from what it would take. */
import * as z from "zod";
import type { LayerDefinition, Retention } from "../catalogue/define-layers.ts";
import { PlanRejectedError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";
import type { Retained } from "../run/plan.ts";
import type { Change } from "./changes.ts";

/** Retained resources stand in the root module. */
const StateSchema = z.object({
  prior_state: z
    .object({
      values: z
        .object({
          root_module: z
            .object({
              resources: z
                .array(
                  z.object({
                    address: z.string(),
                    mode: z.string(),
                    values: z.object({ id: z.string().optional(), arn: z.string().optional() }).default({}),
                  }),
                )
                .default([]),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

const isRetained = (address: string, retains: Retention | undefined): boolean =>
  retains?.resources.includes(address.split("[")[0] ?? "") === true;

/** Empty where a layer retains nothing, or has nothing of it. */
export function retainedBy(
  planText: string,
  changes: readonly Change[],
  retains: Retention | undefined,
): { retained?: Retained } {
  if (!retains) return {};
  const parsed = StateSchema.safeParse(JSON.parse(planText));
  if (!parsed.success) throw new PlanRejectedError(`plan.json: ${describeIssues(parsed.error)}`);
  const gone = new Set(changes.map(({ address }) => address));
  const resources = (parsed.data.prior_state?.values?.root_module?.resources ?? [])
    .filter(({ mode, address }) => mode === "managed" && isRetained(address, retains) && !gone.has(address))
    .map(({ address, values }) => ({ address, ...values }));
  return resources.length === 0 ? {} : { retained: { because: retains.because, resources } };
}

/**
 * Takes a removal nothing of what is to outlive the layer? Whoever wants that names what holds the data; how it is
 * kept (who may read it, when it expires) goes with it unnamed, and never alone.
 * @throws PlanRejectedError (not retryable) naming what the run would have to allow
 */
export function refuseLoss(
  layer: string,
  changes: readonly Change[],
  { protects, retains }: Pick<LayerDefinition, "protects" | "retains">,
  allowDestroy: readonly string[],
): void {
  const lost = changes.filter(({ action, address }) => action === "delete" && isRetained(address, retains));
  const isNamed = ({ address }: Change): boolean =>
    allowDestroy.includes(address) || allowDestroy.includes(address.split("[")[0] ?? "");
  const refused = lost.filter(
    (change) => !isNamed(change) && (protects.includes(change.type) || !lost.some(isNamed)),
  );
  if (refused.length === 0) return;
  throw new PlanRejectedError(
    `the removal of ${layer} takes what is to outlive it (${retains?.because}): ${refused.map(({ address }) => address).join(", ")}. If that is wanted, start the run with allowDestroy naming them.`,
  );
}
