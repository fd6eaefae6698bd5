import { type Attributes, UNKNOWN, type Value } from "../../contract.ts";
import { containsUnknown } from "../../plugin/values.ts";
import { releaseValues } from "./release-values.ts";
import { chartOfRelease, checkValues } from "./render-release.ts";

/** Of `helm_release` in hashicorp/helm 3.1.2; `timeout` in seconds. */
export const DEFAULTS: Attributes = {
  atomic: false,
  cleanup_on_fail: false,
  create_namespace: false,
  dependency_update: false,
  disable_crd_hooks: false,
  disable_openapi_validation: false,
  disable_webhooks: false,
  force_update: false,
  lint: false,
  max_history: 0,
  namespace: "default",
  pass_credentials: false,
  recreate_pods: false,
  render_subchart_notes: true,
  replace: false,
  reset_values: false,
  reuse_values: false,
  skip_crds: false,
  take_ownership: false,
  timeout: 300,
  upgrade_install: false,
  verify: false,
  wait: true,
  wait_for_jobs: false,
};

/** `type` of a `set` is empty unless given: it is optional and computed, and would be unknown otherwise. */
const withTypes = (sets: Value | undefined): Value =>
  Array.isArray(sets)
    ? sets.map((set) =>
        typeof set === "object" &&
        set !== null &&
        !Array.isArray(set) &&
        (set.type === null || set.type === UNKNOWN || set.type === undefined)
          ? { ...set, type: "" }
          : set,
      )
    : (sets ?? null);

/** Chart, version and values are checked as early as they are known: the real provider loads the chart when it plans. */
export function planRelease(planned: Attributes, prior: Attributes | null): Attributes {
  const known: Attributes = { ...planned, set: withTypes(planned.set) };
  if (known.chart === UNKNOWN || containsUnknown(known.repository)) return known;
  const chart = chartOfRelease(known);
  if (
    !containsUnknown([
      known.values ?? null,
      known.set ?? null,
      known.set_list ?? null,
      known.set_sensitive ?? null,
    ])
  )
    checkValues(chart, releaseValues(known));
  return {
    ...known,
    version: chart.version,
    // Only with the experiment `manifest`, which nobody has switched on.
    manifest: null,
    resources: null,
    description: known.description === UNKNOWN ? null : (known.description ?? null),
    id: known.name ?? UNKNOWN,
    status: "deployed",
    metadata: prior ? (known.metadata ?? null) : UNKNOWN,
  };
}
