import { driftChanged } from "../notifications/drift-changed.ts";
import { clip } from "../run/cause.ts";
import { recordProof } from "../run/close-check.ts";
import { EvidenceMismatchError } from "../run/errors.ts";
import { type Notice, noticeOf } from "../run/notice.ts";
import { describeIssues } from "../run/parse-input.ts";
import { PlanManifestSchema } from "../run/plan.ts";
import type { Notifier, ObjectStore, ProofTable } from "../run/ports.ts";
import type { Proof } from "../run/proof.ts";
import { expiresAt } from "../run/records.ts";
import type { AllowedDrift } from "./allowed.ts";
import { attribute, type Trail } from "./attribute.ts";
import { type BuildHistory, changedBy } from "./changed-by.ts";
import { driftOfObjects } from "./cluster-objects.ts";
import type { Attribution, Drifted, DriftMemory } from "./drifted.ts";
import { type DriftTable, judgeDrift, RESOLVED_DAYS, type ScannedLayer } from "./judge.ts";
import type { DriftScope, JudgeDriftResult, PlannedLayer, SweptCluster } from "./messages.ts";
import { type AuditLog, namePersons } from "./name-persons.ts";
import { NOT_APPLIED } from "./prepare.ts";
import { type LayerDrift, type Managed, readDriftPlan } from "./read-plan.ts";
import { asTold, type DriftNews, type Recollection, recollect } from "./remember.ts";
import { judgeUnmanaged, type TaggedResource } from "./unmanaged.ts";

export interface ScanSettings {
  readonly environment: string;
  readonly artefactBucket: string;
  readonly topicArn: string;
  readonly actionTopicArn: string;
  /** Every layer of the catalogue. */
  readonly layers: readonly string[];
  /** The layer that a namespace belongs to. */
  readonly layerOf: (namespace: string) => string;
}

export interface ScanPorts {
  readonly objects: Pick<ObjectStore, "readVersion" | "readPinned" | "writeJson">;
  readonly builds: BuildHistory;
  readonly tagged: (environment: string) => Promise<TaggedResource[]>;
  readonly trail: Trail;
  readonly audit: AuditLog;
  readonly drift: DriftTable;
  readonly proofs: ProofTable;
  readonly notifier: Notifier;
}

/**
 * Ends a scan: reads the plans, looks for what nobody manages, remembers, says who did it, and tells what is news.
 * A repeated call finds the same, and tells nothing twice.
 */
export async function recordScan(
  {
    scan,
    planned,
    cluster,
    allow,
  }: {
    scan: DriftScope;
    planned: readonly PlannedLayer[];
    cluster: SweptCluster;
    allow: readonly AllowedDrift[];
  },
  settings: ScanSettings,
  ports: ScanPorts,
  now: Date,
): Promise<JudgeDriftResult> {
  const read = await readLayers(scan, planned, ports);
  const scanned = read.flatMap(({ layer, drift }) => (drift ? [layer] : []));
  const swept = await sweep(
    scan,
    settings,
    [...read.flatMap(({ drift }) => drift?.managed ?? []), { names: scan.retained }],
    scanned,
    ports,
  );
  const planDrift = read.flatMap(({ drift }) => drift?.drifted ?? []);
  const memory = await ports.drift.all();
  const persons = await namePersons(cluster.objects, memory, ports.audit);
  const objects = driftOfObjects(cluster.objects, settings.layerOf, planDrift, persons);
  const looked = { scanned, sweep: swept.drifted !== undefined, cluster: cluster.error === undefined };
  const seen = [...planDrift, ...(swept.drifted ?? []), ...objects.drifted];
  const recollection = recollect(seen, memory, looked, allow, now);
  const attributed = await withAttribution(recollection, objects.attributions, scan, ports.trail, now);
  const layers = [
    ...read.map(resultOf),
    ...scan.skipped.map(skippedOf),
    ...swept.failed,
    ...(cluster.error ? [unreadCluster(cluster.error.cause)] : []),
  ];
  const { proof, evidence, problems } = judgeDrift(scan, layers, attributed, now);
  await ports.objects.writeJson(settings.artefactBucket, proof.evidenceKey, evidence);
  const previous = await ports.proofs.last("drift");
  const notice = toldOf(proof, previous, attributed.news, problems, settings, scan.runId);
  await recordProof(proof, notice, ports, now);
  for (const memory of asTold(attributed.memory, attributed.news))
    await ports.drift.save(memory, memory.resolvedAt ? expiresAt(now, RESOLVED_DAYS) : undefined);
  const { fresh, changed } = attributed.news;
  const passed = proof.result === "passed";
  return {
    passed,
    summary: proof.summary,
    ...(!passed && { error: clip(problems.join("; "), 1_000) }),
    drifted: [...new Set([...fresh, ...changed].map(({ drifted }) => drifted.layer))].filter((layer) =>
      scanned.includes(layer),
    ),
  };
}

interface ReadLayer {
  readonly layer: string;
  readonly drift?: LayerDrift;
  readonly skipped?: string;
  readonly failed?: string;
}

function readLayers(
  scan: DriftScope,
  planned: readonly PlannedLayer[],
  ports: Pick<ScanPorts, "objects" | "builds">,
): Promise<ReadLayer[]> {
  return Promise.all(
    scan.layers.map(async (layer): Promise<ReadLayer> => {
      // An apply that began while the plan ran makes that plan worthless, whatever it says.
      const changed = await changedBy(layer, scan.environment, scan.provenAt[layer] ?? "", ports.builds);
      if (changed !== undefined) return { layer, skipped: changed };
      const result = planned.find((each) => each.layer === layer);
      if (result?.exported === undefined)
        return { layer, failed: result?.error?.cause ?? "its plan left no result" };
      try {
        return { layer, drift: await readPlan(layer, scan, result.exported, ports.objects) };
      } catch (error) {
        if (!(error instanceof EvidenceMismatchError)) throw error;
        return { layer, failed: error.message };
      }
    }),
  );
}

async function readPlan(
  layer: string,
  scan: DriftScope,
  exported: Readonly<Record<string, string>>,
  objects: ScanPorts["objects"],
): Promise<LayerDrift> {
  const { MANIFEST_KEY = "", MANIFEST_VERSION_ID = "", PLAN_EXIT_CODE = "" } = exported;
  const content = await objects.readVersion(scan.artefactBucket, MANIFEST_KEY, MANIFEST_VERSION_ID);
  const manifest = PlanManifestSchema.safeParse(JSON.parse(content.toString("utf8")));
  if (!manifest.success)
    throw new EvidenceMismatchError(`${MANIFEST_KEY}: ${describeIssues(manifest.error)}`);
  const { runId, planJson, exitCode } = manifest.data;
  if (runId !== scan.runId || manifest.data.layer !== layer || String(exitCode) !== PLAN_EXIT_CODE)
    throw new EvidenceMismatchError(`${MANIFEST_KEY} is not of this scan's plan of ${layer}`);
  const plan = await objects.readPinned(planJson);
  return readDriftPlan(layer, plan.toString("utf8"), PLAN_EXIT_CODE);
}

/** What nobody manages can only be told from what is managed: without a single state nothing is asked. */
async function sweep(
  scan: DriftScope,
  { environment, layers }: ScanSettings,
  managed: readonly Pick<Managed, "names">[],
  scanned: readonly string[],
  ports: Pick<ScanPorts, "tagged">,
): Promise<{ drifted?: Drifted[]; failed: ScannedLayer[] }> {
  if (scanned.length === 0) return { failed: [] };
  try {
    const tagged = await ports.tagged(environment);
    // A layer that nothing is applied of has no state to compare with: what bears its tag was left behind.
    const absent = scan.skipped.filter(({ because }) => because === NOT_APPLIED).map(({ layer }) => layer);
    const readable = scan.partial ? scanned : [...scanned, ...absent];
    return {
      drifted: judgeUnmanaged(tagged, managed, readable, layers),
      failed: [],
    };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return { failed: [{ layer: "what nobody manages", result: "failed", because }] };
  }
}

/** Who did it is asked of what is news, and of what was told without a name: the trail learns a little late. */
async function withAttribution(
  recollection: Recollection,
  known: ReadonlyMap<Drifted, Attribution>,
  scan: DriftScope,
  trail: Trail,
  now: Date,
): Promise<Recollection> {
  const nameless = recollection.drifted.filter(
    ({ drifted, memory }) => memory.attribution === undefined && !known.has(drifted),
  );
  const found = await attribute(
    nameless.map(({ drifted }) => drifted),
    scan.provenAt,
    trail,
    now,
  ).catch(() => new Map());
  const named = recollection.drifted.map((each) => {
    const attribution = better(each.memory.attribution, known.get(each.drifted)) ?? found.get(each.drifted);
    return attribution ? { ...each, memory: { ...each.memory, attribution } } : each;
  });
  const again = (part: DriftNews["fresh"]) =>
    part.map((each) => named.find(({ drifted }) => drifted === each.drifted) ?? each);
  const { fresh, changed, flapping, resolved } = recollection.news;
  const gone = recollection.memory.filter(({ resolvedAt }) => resolvedAt !== undefined);
  return {
    drifted: named,
    news: { fresh: again(fresh), changed: again(changed), flapping: again(flapping), resolved },
    memory: [...named.map(({ memory }): DriftMemory => memory), ...gone],
  };
}

/** A name that was found before is kept where the same edit has none today. */
const better = (before: Attribution | undefined, now: Attribution | undefined): Attribution | undefined =>
  now?.nameless && before && !before.nameless && Date.parse(before.at) === Date.parse(now.at) ? before : now;

const resultOf = ({ layer, drift, skipped, failed }: ReadLayer): ScannedLayer => {
  if (drift) return { layer, result: "scanned" };
  return skipped === undefined
    ? { layer, result: "failed", because: clip(failed ?? "", 500) }
    : { layer, result: "skipped", because: skipped };
};
const skippedOf = ({ layer, because }: DriftScope["skipped"][number]): ScannedLayer => ({
  layer,
  result: "skipped",
  because,
});

const unreadCluster = (cause: string): ScannedLayer => ({
  layer: "objects of the cluster",
  result: "failed",
  because: clip(cause, 500),
});

/** One mail at most: what has drifted, and with it what could not be scanned; else what could not be scanned. */
function toldOf(
  proof: Proof,
  previous: Proof | undefined,
  news: DriftNews,
  problems: readonly string[],
  settings: ScanSettings,
  executionName: string,
): Notice | undefined {
  const open = news.fresh.length + news.changed.length + news.flapping.length > 0;
  if (!open && news.resolved.length === 0)
    return noticeOf(proof, previous, { ...settings, executionName, problems });
  return {
    topicArn: open ? settings.actionTopicArn : settings.topicArn,
    notification: driftChanged({ ...settings, executionName, proof, news, problems }),
  };
}
