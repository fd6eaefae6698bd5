import type { ApiObject } from "../../api-object.ts";
import type { ClusterState } from "../../cluster-state.ts";
import { at, objectAt } from "../../json-values.ts";
import type { ResourceKind } from "../../kinds/resource-kind.ts";
import { ownerOf } from "../../lifecycle/erase.ts";
import { forbidden } from "../../status.ts";
import type { WriteRequest } from "../../verbs/write-request.ts";
import { BASELINE, containersOf, type PodToCheck, type Violation } from "./baseline.ts";
import { FORBIDDEN, REQUIRED } from "./restricted.ts";

export const LABEL = "pod-security.kubernetes.io/";
export const LEVELS = ["privileged", "baseline", "restricted"] as const;
export type Level = (typeof LEVELS)[number];

/** Where the pod's template stands, by resource; a pod is its own. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  "/podtemplates": ["template"],
  "/replicationcontrollers": ["spec", "template"],
  "apps/deployments": ["spec", "template"],
  "apps/replicasets": ["spec", "template"],
  "apps/statefulsets": ["spec", "template"],
  "apps/daemonsets": ["spec", "template"],
  "batch/jobs": ["spec", "template"],
  "batch/cronjobs": ["spec", "jobTemplate", "spec", "template"],
};

/**
 * Holds pods to the standard that their namespace's labels name: `enforce` refuses a pod (403), `warn` warns of it
 * and of workloads that would make such pods. `audit` writes into a log that is not kept here.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function checkPodSecurity(request: WriteRequest, object: ApiObject): void {
  const { state, kind } = request;
  const isPod = kind.group === "" && kind.plural === "pods";
  const path = isPod ? [] : TEMPLATES[`${kind.group}/${kind.plural}`];
  const namespace = object.metadata.namespace;
  if (path === undefined || namespace === undefined || request.subresource) return;
  const labels =
    state.store.get(state.builtIn("", "namespaces"), undefined, namespace)?.metadata.labels ?? {};
  const [enforce, warn] = [levelOf(labels, "enforce"), levelOf(labels, "warn")];
  if (enforce === "privileged" && warn === "privileged") return;
  const pod = podIn(object, path);
  if (!pod) return;
  const isInventory = fromInventory(state, object);
  const problem = (level: Level): string => describe(violations(level, pod, isInventory));
  const refused = isPod ? problem(enforce) : "";
  if (refused)
    throw forbidden(
      kind,
      object.metadata.name,
      `violates PodSecurity "${versioned(labels, "enforce")}": ${refused}`,
    );
  const warned = problem(warn);
  if (warned) request.warnings.push(`would violate PodSecurity "${versioned(labels, "warn")}": ${warned}`);
}

export type Labels = Readonly<Record<string, string>>;

/** A value that is no level is taken as the strictest: it was there before the twin looked at it. */
export function levelOf(labels: Labels, mode: "enforce" | "warn"): Level {
  const wanted = labels[LABEL + mode];
  if (wanted === undefined) return "privileged";
  return LEVELS.find((level) => level === wanted) ?? "restricted";
}

export const versioned = (labels: Labels, mode: "enforce" | "warn"): string =>
  `${levelOf(labels, mode)}:${labels[`${LABEL}${mode}-version`] ?? "latest"}`;

function podIn(object: ApiObject, path: readonly string[]): PodToCheck | undefined {
  const template = path.length === 0 ? object : at(object, ...path);
  const spec = objectAt(template, "spec");
  const annotations = objectAt(template, "metadata", "annotations") ?? {};
  return spec && { spec, annotations, containers: containersOf(spec) };
}

function violations(level: Level, pod: PodToCheck, isInventory: boolean): Violation[] {
  if (level === "privileged") return [];
  const rules =
    level === "baseline" ? BASELINE : [...BASELINE, ...FORBIDDEN, ...(isInventory ? [] : REQUIRED)];
  const found = rules.flatMap((rule) => rule(pod) ?? []);
  return found.filter(
    ({ rule }, index) => !found.some((other, later) => OVERRIDES[other.rule] === rule && later > index),
  );
}

/** Stricter rules stand for the laxer ones that they contain. */
const OVERRIDES: Readonly<Record<string, string>> = {
  "restricted volume types": "hostPath volumes",
  "unrestricted capabilities": "non-default capabilities",
  seccompProfile: "seccompProfile",
};

/** What of a pod that is there a standard forbids, by its rules; empty if nothing. */
export function problemOf(state: ClusterState, pod: ApiObject, level: Level): string {
  const found = podIn(pod, []);
  const broken = found ? violations(level, found, fromInventory(state, pod)) : [];
  return broken.map(({ rule }) => rule).join(", ");
}

const describe = (found: readonly Violation[]): string =>
  found.map(({ rule, detail }) => `${rule} (${detail})`).join(", ");

/** Set by Helm and by Argo CD on what they make. */
const INVENTORY = ["meta.helm.sh/release-name", "helm.sh/hook", "argocd.argoproj.io/tracking-id"];

/**
 * Is the object, or who owns it, made from a chart's inventory? Inventories do not say how containers secure
 * themselves, so what such a pod leaves out is not held against it; what it must not have still is.
 */
function fromInventory(state: ClusterState, object: ApiObject): boolean {
  if (INVENTORY.some((name) => object.metadata.annotations?.[name] !== undefined)) return true;
  return (object.metadata.ownerReferences ?? []).some((reference) => {
    const owner = ownerOf(state, object, reference);
    return owner !== undefined && (isOperators(owner.kind) || fromInventory(state, owner.object));
  });
}

/** What operators make of their own resources is from an inventory, too. */
const isOperators = (kind: ResourceKind): boolean => kind.custom !== undefined;
