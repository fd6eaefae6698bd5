import type { Catalogue, Layer } from "../catalogue/define-layers.ts";
import { refuseUnknown } from "../catalogue/selection.ts";
import { InvalidInputError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";
import type { LayerTable } from "../run/ports.ts";
import { checkFolder } from "../run/proof.ts";
import type { LayerRecord } from "../run/records.ts";
import { type BuildHistory, changedBy } from "./changed-by.ts";
import { DriftInputSchema, type DriftScope } from "./messages.ts";

export interface PrepareDriftPorts {
  readonly layers: Pick<LayerTable, "read">;
  readonly builds: BuildHistory;
}

/** Why a layer is skipped that has no record of being applied. */
export const NOT_APPLIED = "it is not applied";

interface Candidate {
  readonly layer: string;
  readonly record: LayerRecord | undefined;
  /** Why it cannot be scanned; undefined if it can. */
  readonly because: string | undefined;
  readonly retained: readonly string[];
}

/**
 * What is scanned, each layer with the source, the variables and the terraform that were applied last: code that
 * nobody has applied is not drift. No lease and no lock is taken.
 * @throws InvalidInputError (not retryable) for a layer that there is not, or if nothing is applied
 */
export async function prepareDrift(
  request: { executionArn: string; executionName: string; startedAt: string; input: unknown },
  settings: { environment: string; artefactBucket: string; catalogue: Catalogue },
  ports: PrepareDriftPorts,
): Promise<DriftScope> {
  const parsed = DriftInputSchema.safeParse(request.input ?? {});
  if (!parsed.success) throw new InvalidInputError(`input of drift: ${describeIssues(parsed.error)}`);
  const { layers: wanted, reason } = parsed.data;
  const { environment, catalogue } = settings;
  const all = catalogue.layers.map(({ name }) => name);
  for (const name of wanted === "all" ? [] : wanted) refuseUnknown(name, all);
  const asked = catalogue.layers.filter(({ name }) => wanted === "all" || wanted.includes(name));
  const candidates = await Promise.all(asked.map((layer) => candidateOf(layer, environment, ports)));
  const scannable = candidates.flatMap(({ layer, record, because }) =>
    record && because === undefined ? [{ layer, record }] : [],
  );
  if (scannable.length === 0 && candidates.every(({ record }) => record === undefined))
    throw new InvalidInputError("no layer is applied, so nothing can have drifted: deploy first");
  return {
    runId: request.executionName,
    executionArn: request.executionArn,
    environment,
    artefactBucket: settings.artefactBucket,
    folder: checkFolder("drift", request.executionName),
    layers: scannable.map(({ layer }) => layer),
    environments: Object.fromEntries(
      scannable.map(({ layer, record }) => [layer, buildEnvironment(request.executionName, record)]),
    ),
    provenAt: Object.fromEntries(scannable.map(({ layer, record }) => [layer, record.recordedAt])),
    skipped: candidates.flatMap(({ layer, because }) => (because === undefined ? [] : [{ layer, because }])),
    retained: candidates.flatMap(({ retained }) => retained),
    partial: asked.length < all.length,
    reason,
    startedAt: new Date(request.startedAt).toISOString(),
  };
}

async function candidateOf(
  { name }: Layer,
  environment: string,
  ports: PrepareDriftPorts,
): Promise<Candidate> {
  const record = await ports.layers.read(name);
  const retained = (record?.retained?.resources ?? []).flatMap(({ id = "", arn = "" }) => [id, arn]);
  if (record?.result !== "proven") return { layer: name, record: undefined, because: NOT_APPLIED, retained };
  return {
    layer: name,
    record,
    retained,
    because: await changedBy(name, environment, record.recordedAt, ports.builds),
  };
}

/**
 * What pins a plan build to what was applied. That no lock is taken is told to terraform itself, not to the build's
 * scripts: those are the applied source's, of whatever age.
 */
function buildEnvironment(runId: string, record: LayerRecord): DriftScope["environments"][string] {
  const { source, terraformVersion } = record;
  const values: Record<string, string> = {
    ...record.buildEnvironment,
    RUN_ID: runId,
    MODE: "deploy",
    SOURCE_BUCKET: source.bucket,
    SOURCE_KEY: source.key,
    SOURCE_VERSION_ID: source.versionId,
    SOURCE_SHA256: source.sha256,
    TERRAFORM_VERSION: terraformVersion,
    TF_CLI_ARGS_plan: "-lock=false -refresh=true",
  };
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value, Type: "PLAINTEXT" as const }));
}
