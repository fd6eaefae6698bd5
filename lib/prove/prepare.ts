import type { Catalogue } from "../catalogue/define-layers.ts";
import { refuseUnknown } from "../catalogue/selection.ts";
import { InvalidInputError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";
import type { LayerTable, LeaseTable } from "../run/ports.ts";
import { checkFolder } from "../run/proof.ts";
import { ProveInputSchema, type ProveScope } from "./messages.ts";

/**
 * What is to be proven: the layers that were asked for and are applied. It takes no lease, since looking changes
 * nothing; whoever holds it is named, because a layer that is being changed may be red for that reason alone.
 * @throws InvalidInputError (not retryable) for a layer that there is not, or that is asked for and not applied
 */
export async function prepareProve(
  request: { executionArn: string; executionName: string; startedAt: string; input: unknown },
  settings: { environment: string; artefactBucket: string; catalogue: Catalogue },
  ports: { layers: Pick<LayerTable, "read">; leases: Pick<LeaseTable, "holder"> },
): Promise<ProveScope> {
  const parsed = ProveInputSchema.safeParse(request.input ?? {});
  if (!parsed.success) throw new InvalidInputError(`input of prove: ${describeIssues(parsed.error)}`);
  const { layers: wanted, reason } = parsed.data;
  const all = settings.catalogue.layers.map(({ name }) => name);
  for (const name of wanted === "all" ? [] : wanted) refuseUnknown(name, all);
  const asked = all.filter((name) => wanted === "all" || wanted.includes(name));
  const records = await Promise.all(asked.map((name) => ports.layers.read(name)));
  const layers = asked.filter((_, index) => records[index]?.result === "proven");
  const notApplied = asked.filter((name) => !layers.includes(name));
  refuseNothing(wanted === "all" ? [] : notApplied, layers);
  const holder = await ports.leases.holder();
  return {
    runId: request.executionName,
    executionArn: request.executionArn,
    environment: settings.environment,
    artefactBucket: settings.artefactBucket,
    folder: checkFolder("prove", request.executionName),
    layers,
    notApplied,
    partial: asked.length < all.length,
    ...(holder && { heldBy: { runId: holder.runId, since: holder.takenAt } }),
    reason,
    startedAt: new Date(request.startedAt).toISOString(),
  };
}

/** A check that asks nothing has proven nothing. */
function refuseNothing(missing: readonly string[], layers: readonly string[]): void {
  if (missing.length > 0)
    throw new InvalidInputError(
      `nothing of ${missing.join(", ")} was ever applied and proven, so there is nothing to prove: deploy first`,
    );
  if (layers.length === 0)
    throw new InvalidInputError(
      "no layer is applied, so there is nothing to prove: deploy first, or end the schedule of prove",
    );
}
