import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import { judgeNamespace } from "../workloads/judge.ts";
import type { ArgocdExpectation } from "./expectation.ts";
import type { Application, ArgocdFacts } from "./facts.ts";
import { judgeNeighbours } from "./neighbours.ts";
import { judgeOperation } from "./operation.ts";
import { judgeReconciled } from "./reconciled.ts";
import { judgeSync } from "./sync.ts";

/**
 * The conditions of `argocd app wait` (synced, healthy, and no operation unfinished or unseen), and beyond them:
 * no error condition, somebody who still looks, as many resources as expected, the asked-for chart version, and
 * workloads that are up.
 * @see https://github.com/argoproj/argo-cd/blob/master/cmd/argocd/commands/app.go checkAppWaitConditions
 */
export function judgeArgocd(
  { application, neighbours, workloads }: ArgocdFacts,
  expectation: ArgocdExpectation,
  now: Date,
): Finding[] {
  const subject = `Application ${expectation.namespace}/${expectation.application}`;
  const ask = question("application-valid", subject, "exists, without error conditions");
  if (!application.read) return [ask.unknown(application.problem)];
  if (!application.value) return [ask.pending("does not exist")];
  return [
    ...judgeConditions(application.value, subject),
    judgeOperation(application.value, subject),
    judgeReconciled(application.value, subject, now),
    judgeSync(application.value, subject),
    judgeHealth(application.value, subject),
    judgeResources(application.value, subject, expectation.minimumResources),
    ...(workloads ? judgeNamespace(workloads, "pending", now) : []),
    ...judgeNeighbours(neighbours, expectation),
  ];
}

/**
 * A ComparisonError leaves an old health standing, so health means nothing beside it; it goes away once the
 * repository answers. An invalid spec stays invalid. Warnings (a resource that two applications claim) are said.
 */
function judgeConditions({ metadata, status }: Application, subject: string): Finding[] {
  const ask = question("application-valid", subject, "exists, without error conditions");
  if (metadata.deletionTimestamp) return [ask.pending("being deleted")];
  const conditions = status?.conditions ?? [];
  const warned = question("application-valid", subject, "no warnings", "warning");
  const warnings = conditions
    .filter(({ type }) => type.endsWith("Warning"))
    .map(({ type, message }) => warned.fail(`${type}: ${message ?? ""}`));
  const error = conditions.find(({ type }) => type.endsWith("Error"));
  if (!error) return [ask.pass("no error condition"), ...warnings];
  const observed = `${error.type}: ${error.message ?? ""}`;
  return [error.type === "InvalidSpecError" ? ask.fail(observed) : ask.pending(observed), ...warnings];
}

function judgeHealth({ status }: Application, subject: string): Finding {
  const ask = question("application-healthy", subject, "Healthy");
  const { status: health = "no status", message = "" } = status?.health ?? {};
  if (health === "Healthy") return ask.pass(health);
  const ill = status?.resources?.find(
    (resource) => resource.health?.status !== undefined && resource.health.status !== "Healthy",
  );
  const why = ill ? `${ill.kind} ${ill.name} is ${ill.health?.status} ${ill.health?.message ?? ""}` : message;
  return health === "Unknown"
    ? ask.unknown(`${health} ${why}`.trim())
    : ask.pending(`${health} ${why}`.trim());
}

/** The application's health skips what is Missing and what has no health rule; this looks at the list itself. */
function judgeResources({ status }: Application, subject: string, minimum: number): Finding {
  const ask = question(
    "application-complete",
    subject,
    `at least ${minimum} resources, none missing, out of sync or left over`,
  );
  const resources = (status?.resources ?? []).filter(({ hook }) => hook !== true);
  const missing = resources.find(({ health }) => health?.status === "Missing");
  const leftover = resources.find(({ requiresPruning }) => requiresPruning === true);
  const other = resources.find(({ status: sync }) => sync === "OutOfSync" || sync === "Unknown");
  if (resources.length < minimum) return ask.pending(`${resources.length} resources`);
  if (missing) return ask.pending(`${missing.kind} ${missing.name} is missing`);
  if (leftover) return ask.pending(`${leftover.kind} ${leftover.name} should have been pruned`);
  if (other) return ask.pending(`${other.kind} ${other.name} is ${other.status}`);
  return ask.pass(`${resources.length} resources`);
}
