import type { LayerDefinition } from "../catalogue/define-layers.ts";
import { EvidenceMismatchError, PlanRejectedError } from "../run/errors.ts";
import type { Review, Run } from "../run/messages.ts";
import { describeIssues } from "../run/parse-input.ts";
import { type PlanManifest, PlanManifestSchema } from "../run/plan.ts";
import type { ObjectStore } from "../run/ports.ts";
import { decideApproval } from "./approval.ts";
import { type Change, changedOutputs, countChanges, plannedChanges, unallowedDestroys } from "./changes.ts";
import { approvalDigest } from "./digest.ts";
import { checkManifest } from "./evidence.ts";
import { type PlanJson, parsePlan } from "./plan-json.ts";
import { attributeChanges, sensitiveTexts, taint } from "./redact.ts";
import { refuseLoss, retainedBy } from "./retained.ts";

/** The message to the state machine is capped; the review object beside the plan holds every change. */
const NOTABLE = 20;

/**
 * Reads what the plan build left, checks that it is what the build says, and says what it means. The redacted
 * review is written before anything is refused, so that a refusal can be looked into.
 * @throws EvidenceMismatchError, PlanRejectedError (neither retryable)
 */
export async function reviewPlan(
  request: { run: Run; layer: string; exported: Record<string, string> },
  rules: Pick<LayerDefinition, "protects" | "retains">,
  objects: ObjectStore,
  /** Why a layer that holds data cannot rely on its backups; undefined where it can, or holds none. */
  unproven?: string,
): Promise<Review> {
  const { run, layer, exported } = request;
  const { protects, retains } = rules;
  const manifest = await readManifest(request, objects);
  checkManifest(manifest, run, layer, exported.PLAN_EXIT_CODE ?? "missing");
  const [planText] = await Promise.all([
    objects.readPinned(manifest.planJson),
    objects.readPinned(manifest.plan),
    objects.readPinned(manifest.lockFile),
  ]);
  const plan = parsePlan(planText.toString("utf8"));
  const changes = plannedChanges(plan);
  const unallowed = unallowedDestroys(changes, protects, run.allowDestroy);
  const kept = run.operation === "destroy" ? retainedBy(planText.toString("utf8"), changes, retains) : {};
  const review = { ...summarise(run, manifest, plan, changes, { unallowed, unproven }), ...kept };
  await objects.writeJson(
    run.artefactBucket,
    `runs/${run.runId}/${layer}/review.json`,
    report(run, review, plan, changes),
  );
  if (run.operation !== "destroy" && unallowed.length > 0)
    throw new PlanRejectedError(
      `the plan of ${layer} destroys or replaces protected resources: ${unallowed.join(", ")}. If that is wanted, start the run with allowDestroy naming them.`,
    );
  if (run.operation === "destroy") refuseLoss(layer, changes, rules, run.allowDestroy);
  return review;
}

async function readManifest(
  { run, exported }: { run: Run; exported: Record<string, string> },
  objects: ObjectStore,
): Promise<PlanManifest> {
  const { MANIFEST_KEY: key, MANIFEST_VERSION_ID: versionId } = exported;
  if (!key || !versionId)
    throw new EvidenceMismatchError("the plan build exported no MANIFEST_KEY and MANIFEST_VERSION_ID");
  const content = await objects.readVersion(run.artefactBucket, key, versionId);
  const parsed = PlanManifestSchema.safeParse(parseJson(content.toString("utf8"), key));
  if (parsed.success) return parsed.data;
  throw new EvidenceMismatchError(`${key}: ${describeIssues(parsed.error)}`);
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EvidenceMismatchError(`${key} is not JSON`, { cause });
  }
}

function summarise(
  run: Run,
  manifest: PlanManifest,
  plan: PlanJson,
  changes: readonly Change[],
  { unallowed, unproven }: { unallowed: readonly string[]; unproven: string | undefined },
): Review {
  const counts = countChanges(changes);
  const hasChanges = manifest.exitCode === 2;
  if (!hasChanges && (changes.length > 0 || changedOutputs(plan).length > 0))
    throw new EvidenceMismatchError("terraform said that nothing changes, but its plan has changes");
  const decision = decideApproval(run, hasChanges, counts, unallowed, unproven);
  return {
    layer: manifest.layer,
    counts,
    hasChanges,
    approvalRequired: decision.required,
    approvalReason: decision.reason,
    digest: approvalDigest(run.environment, manifest),
    plan: manifest.plan,
    lockFile: manifest.lockFile,
    ...(manifest.environment && { buildEnvironment: manifest.environment }),
    notable: changes.slice(0, NOTABLE).map(({ address, action }) => ({ address, action })),
  };
}

function report(run: Run, review: Review, plan: PlanJson, changes: readonly Change[]) {
  const secrets = sensitiveTexts(plan);
  return {
    runId: run.runId,
    environment: run.environment,
    operation: run.operation,
    ...review,
    changedOutputs: changedOutputs(plan),
    changes: changes.map(({ address, action, source }) => ({
      address: taint(address, secrets),
      action,
      attributes: attributeChanges(source, secrets),
    })),
  };
}
