import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { SecretsExpectation, WantedSecret } from "./expectation.ts";
import { type ExternalSecret, type SecretFacts, type SecretsFacts, targetNameOf } from "./facts.ts";
import { judgeFreshness } from "./freshness.ts";

/**
 * A store that is ready has shown that it finds credentials. Only a secret that was fetched shows that the path
 * may be read, only its age that somebody still fetches it, and only the Secret itself that a pod can use it.
 */
export const judgeSecrets = (
  { secrets }: SecretsFacts,
  _expectation: SecretsExpectation,
  now: Date,
): Finding[] => secrets.flatMap((facts) => judgeSecret(facts, now));

export function judgeSecret({ wanted, externalSecret, target }: SecretFacts, now: Date): Finding[] {
  const subject = `ExternalSecret ${wanted.namespace}/${wanted.name}`;
  const ask = question("secret-synced", subject, "Ready=True for its newest generation");
  if (!externalSecret.read) return [ask.unknown(externalSecret.problem)];
  if (!externalSecret.value) return [ask.pending("does not exist")];
  const synced = judgeSynced(externalSecret.value, subject);
  if (synced.status !== "pass") return [synced];
  return [
    synced,
    judgeFreshness(externalSecret.value, subject, now),
    judgeTarget(externalSecret.value, target, wanted),
  ];
}

function judgeSynced(secret: ExternalSecret, subject: string): Finding {
  const { metadata, status } = secret;
  const ask = question("secret-synced", subject, "Ready=True for its newest generation");
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  const deleted = currentCondition(secret, "Deleted");
  if (deleted?.status === "True") return ask.pending(describeCondition(deleted, "Deleted"));
  const ready = currentCondition(secret, "Ready");
  const observed = describeCondition(ready, "Ready");
  // A path that may not be read, or is not there, is mended in AWS; external-secrets tries again by itself.
  if (ready?.status !== "True") return ask.pending(observed);
  const generation = Number(/^(\d+)-/.exec(status?.syncedResourceVersion ?? "")?.[1] ?? Number.NaN);
  if (generation < (metadata.generation ?? 0))
    return ask.pending(`${observed}, but of generation ${generation}; wanted is ${metadata.generation}`);
  return ask.pass(observed);
}

const MANAGED = "reconcile.external-secrets.io/managed";

/** Without an owner, or with another one, the Secret is an older one, which nobody would have renewed. */
function judgeTarget(
  secret: ExternalSecret,
  target: SecretFacts["target"],
  { namespace, keys }: WantedSecret,
): Finding {
  const subject = `Secret ${namespace}/${targetNameOf(secret)}`;
  const ask = question("secret-present", subject, `made by external-secrets, with ${keys.join(", ")}`);
  if (!target) return ask.unknown("not looked for");
  if (!target.read) return ask.unknown(target.problem);
  if (!target.value) return ask.pending("does not exist");
  const { metadata, data } = target.value;
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  const policy = secret.spec.target?.creationPolicy ?? "Owner";
  const isMade = policy === "Owner" || policy === "Orphan";
  if (isMade && metadata.labels?.[MANAGED] !== "true") return ask.pending("not managed by external-secrets");
  const isOwned = (metadata.ownerReferences ?? []).some(
    ({ kind, name }) => kind === "ExternalSecret" && name === secret.metadata.name,
  );
  if (policy === "Owner" && !isOwned) return ask.pending("not owned by this ExternalSecret");
  const absent = keys.filter((key) => !(key in data));
  if (absent.length > 0) return ask.pending(`without ${absent.join(", ")}`);
  const empty = keys.filter((key) => data[key] === 0);
  return empty.length > 0
    ? ask.pending(`nothing in ${empty.join(", ")}`)
    : ask.pass(`has ${keys.join(", ")}`);
}
