/**
 * Drift as a plan of the applied source shows it: what a plan would change (`resource_changes`), and what
 * terraform has found to be other than in the state and would leave so (`resource_drift`).
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { plannedChanges } from "../review/changes.ts";
import { PlanJsonSchema, type ResourceChange, ResourceChangeSchema } from "../review/plan-json.ts";
import { attributeChanges, NOT_KNOWN, sensitiveTexts, taint } from "../review/redact.ts";
import { EvidenceMismatchError } from "../run/errors.ts";
import { describeIssues } from "../run/parse-input.ts";
import type { Drifted } from "./drifted.ts";
import { isMirror, textsIn } from "./mirrors.ts";

const StateResourceSchema = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  values: z.record(z.string(), z.unknown()).default({}),
});
interface StateModule {
  resources?: z.infer<typeof StateResourceSchema>[] | undefined;
  child_modules?: StateModule[] | undefined;
}
const ModuleSchema: z.ZodType<StateModule> = z.object({
  resources: z.array(StateResourceSchema).optional(),
  child_modules: z.array(z.lazy(() => ModuleSchema)).optional(),
});
const DriftPlanSchema = PlanJsonSchema.extend({
  resource_drift: z.array(ResourceChangeSchema).default([]),
  prior_state: z.object({ values: z.object({ root_module: ModuleSchema.optional() }).optional() }).optional(),
});

/** A resource of a layer's state. */
export interface Managed {
  readonly address: string;
  readonly type: string;
  readonly names: readonly string[];
  /** JSON texts of its values. */
  readonly texts: ReadonlySet<string>;
}

export interface LayerDrift {
  readonly drifted: readonly Drifted[];
  /** Everything that the layer's state holds. */
  readonly managed: readonly Managed[];
}

/**
 * Attributes that AWS and Kubernetes keep themselves: they change with every use, and nobody has edited anything.
 * Only where they are all that has changed, and no plan would change them.
 */
const BOOKKEEPING =
  /(^|\.)(status|platform_version|latest_version|last_modified\w*|last_updated\w*|updated_at|resource_version|generation|etag|version_id|unique_id|load_balancer|configured_name|instance_count|volume_name)(\.|$)/;

/**
 * @param exitCode of `terraform plan -detailed-exitcode`; it and the JSON must say the same
 * @throws EvidenceMismatchError (not retryable) if the plan cannot be read, or contradicts itself
 */
export function readDriftPlan(layer: string, text: string, exitCode: string): LayerDrift {
  const parsed = DriftPlanSchema.safeParse(parseJson(layer, text));
  if (!parsed.success)
    throw new EvidenceMismatchError(`plan.json of ${layer}: ${describeIssues(parsed.error)}`);
  const plan = parsed.data;
  if (plan.errored) throw new EvidenceMismatchError(`the plan of ${layer} is incomplete`);
  const all = plannedChanges(plan);
  const outputs = Object.values(plan.output_changes).some(({ actions }) => actions.join() !== "no-op");
  refuseContradiction(layer, exitCode, all.length > 0 || outputs);
  const secrets = sensitiveTexts({
    ...plan,
    resource_changes: [...plan.resource_changes, ...plan.resource_drift],
  });
  const changes = all.filter(({ source }) => !isConsequence(source, secrets));
  const found = new Map(
    plan.resource_drift.filter(({ mode }) => mode === "managed").map((each) => [each.address, each]),
  );
  const managed = resourcesOf(plan.prior_state?.values?.root_module);
  const planned = changes.map(({ source, action }) => {
    const seen = found.get(source.address);
    found.delete(source.address);
    const kind = action === "create" ? "deleted" : seen === undefined ? "unsettled" : "edited";
    return drift(layer, source, seen ?? source, kind, "error", secrets);
  });
  const textsOf = (type: string): ReadonlySet<string> =>
    new Set(managed.filter((each) => each.type === type).flatMap(({ texts }) => [...texts]));
  const own = [...found.values()].filter(
    (seen) => !isMirror(seen.type, attributeChanges(seen, secrets), textsOf),
  );
  const left = own.map((seen) => {
    const kind = seen.change.actions.includes("delete") ? "deleted" : "edited";
    return drift(layer, seen, seen, kind, "warning", secrets);
  });
  const edited = left.filter(({ kind, attributes }) => kind === "deleted" || !isBookkeeping(attributes));
  return { drifted: [...planned, ...edited], managed };
}

/**
 * Nothing of it differs but what terraform cannot know before something else has been changed back: reading that
 * again waits for the apply. What it waits for is in the same plan, and is the drift.
 */
function isConsequence(source: ResourceChange, secrets: readonly string[]): boolean {
  if (source.change.actions.join() !== "update") return false;
  const changed = attributeChanges(source, secrets);
  return changed.length > 0 && changed.every(({ after }) => after === NOT_KNOWN);
}

const isBookkeeping = (attributes: readonly string[]): boolean =>
  attributes.every((path) => BOOKKEEPING.test(path));

function refuseContradiction(layer: string, exitCode: string, changes: boolean): void {
  if (exitCode === (changes ? "2" : "0")) return;
  throw new EvidenceMismatchError(
    `terraform ended the plan of ${layer} with exit code ${exitCode}, but its plan ${changes ? "has changes" : "has none"}`,
  );
}

function drift(
  layer: string,
  resource: ResourceChange,
  seen: ResourceChange,
  kind: Drifted["kind"],
  severity: Drifted["severity"],
  secrets: readonly string[],
): Drifted {
  const attributes = attributeChanges(seen, secrets);
  const state = { ...recordOf(seen.change.after), ...recordOf(seen.change.before) };
  return {
    layer,
    address: taint(resource.address, secrets),
    kind,
    severity,
    attributes: kind === "deleted" ? [] : attributes.map(({ path }) => path),
    fingerprint: createHash("sha256")
      .update(JSON.stringify([kind, kind === "deleted" ? [] : attributes]))
      .digest("hex"),
    names: namesOf(state),
    global: /^aws_(iam|route53|cloudfront)_/.test(resource.type),
  };
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** What AWS's own records call a resource; an object of the cluster is `namespace/name`. */
function namesOf(values: Record<string, unknown>): string[] {
  const [metadata] = Array.isArray(values.metadata) ? values.metadata : [recordOf(values.object).metadata];
  const { namespace, name } = recordOf(metadata);
  const object =
    typeof name === "string" ? `${typeof namespace === "string" ? `${namespace}/` : ""}${name}` : "";
  const candidates = [values.arn, values.id, values.name, values.bucket, values.function_name, object];
  return [...new Set(candidates.filter((name): name is string => typeof name === "string" && name !== ""))];
}

function resourcesOf(module: StateModule | undefined): Managed[] {
  if (module === undefined) return [];
  const own = (module.resources ?? [])
    .filter(({ mode }) => mode === "managed")
    .map(({ address, type, values }) => ({ address, type, names: namesOf(values), texts: textsIn(values) }));
  return [...own, ...(module.child_modules ?? []).flatMap(resourcesOf)];
}

function parseJson(layer: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EvidenceMismatchError(`plan.json of ${layer} is not JSON`, { cause });
  }
}
