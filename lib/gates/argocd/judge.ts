import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import { judgeNamespace } from "../workloads/judge.ts";
import type { ArgocdExpectation } from "./expectation.ts";
import type { Application, ArgocdFacts } from "./facts.ts";
import { judgeOperation } from "./operation.ts";

/**
 * The conditions of `argocd app wait` (synced, healthy, and no operation unfinished or unseen), and beyond them:
 * no error condition, as many resources as expected, the asked-for chart version, and workloads that are up.
 * @see https://github.com/argoproj/argo-cd/blob/master/cmd/argocd/commands/app.go checkAppWaitConditions
 */
export function judgeArgocd(
  { application, workloads }: ArgocdFacts,
  expectation: ArgocdExpectation,
  now: Date,
): Finding[] {
  const subject = `Application ${expectation.namespace}/${expectation.application}`;
  const ask = question("application-valid", subject, "exists, without error conditions");
  if (!application.read) return [ask.unknown(application.problem)];
  if (!application.value) return [ask.pending("does not exist")];
  return [
    judgeConditions(application.value, subject),
    judgeOperation(application.value, subject),
    judgeSync(application.value, subject),
    judgeHealth(application.value, subject),
    judgeResources(application.value, subject, expectation.minimumResources),
    ...(workloads ? judgeNamespace(workloads, "pending", now) : []),
  ];
}

/**
 * Conditions have no status: their presence is their truth. A ComparisonError leaves an old health standing, so
 * health means nothing beside it; it goes away once the repository answers. An invalid spec stays invalid.
 */
function judgeConditions({ metadata, status }: Application, subject: string): Finding {
  const ask = question("application-valid", subject, "exists, without error conditions");
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  const error = status?.conditions?.find(({ type }) => type.endsWith("Error"));
  if (!error) return ask.pass("no error condition");
  const observed = `${error.type}: ${error.message ?? ""}`;
  return error.type === "InvalidSpecError" ? ask.fail(observed) : ask.pending(observed);
}

function judgeSync({ spec, status }: Application, subject: string): Finding {
  const wanted = spec.source?.chart ? spec.source.targetRevision : undefined;
  const ask = question("application-synced", subject, `Synced${wanted ? ` to ${wanted}` : ""}`);
  const { status: sync = "no status", revision = "no revision" } = status?.sync ?? {};
  if (sync !== "Synced") return ask.pending(sync);
  // Synced to the chart before this one is what a change of the version looks like in its first seconds.
  return wanted && isExact(wanted) && revision !== wanted
    ? ask.pending(`Synced to ${revision}`)
    : ask.pass(`Synced to ${revision}`);
}

/** A range (`1.x`, `>=1.2`) or no version is resolved by Argo CD, and cannot be compared. */
const isExact = (version: string): boolean => /^v?\d+\.\d+\.\d+(-[\w.]+)?(\+[\w.]+)?$/.test(version);

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
    `at least ${minimum} resources, none missing or left over`,
  );
  const resources = status?.resources ?? [];
  const missing = resources.find(({ health }) => health?.status === "Missing");
  const leftover = resources.find(({ requiresPruning }) => requiresPruning === true);
  if (resources.length < minimum) return ask.pending(`${resources.length} resources`);
  if (missing) return ask.pending(`${missing.kind} ${missing.name} is missing`);
  if (leftover) return ask.pending(`${leftover.kind} ${leftover.name} should have been pruned`);
  return ask.pass(`${resources.length} resources`);
}
