import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import { judgeSecret } from "../secrets/judge.ts";
import type { SecretStoreExpectation } from "./expectation.ts";
import type { SecretStoreFacts } from "./facts.ts";

/** The store's own text is wrong; no credentials that arrive later mend it. */
const WRONG: readonly string[] = ["InvalidStoreConfiguration"];

/**
 * Ready with reason Valid. external-secrets also says Ready=True with ValidationUnknown, when it could not check.
 * Valid means that credentials were found, not that any path may be read: AWS is not asked for a parameter. So a
 * canary is fetched through the store.
 * @see https://external-secrets.io/latest/api/clustersecretstore/
 */
export const judgeSecretStore = (
  { store, canary }: SecretStoreFacts,
  expectation: SecretStoreExpectation,
  now: Date,
): Finding[] => [judgeStore(store, expectation), ...judgeSecret(canary, now)];

function judgeStore(store: SecretStoreFacts["store"], expectation: SecretStoreExpectation): Finding {
  const ask = question("store-ready", `ClusterSecretStore ${expectation.store}`, "Ready=True (Valid)");
  if (!store.read) return ask.unknown(store.problem);
  if (!store.value) return ask.pending("does not exist");
  if (store.value.metadata.deletionTimestamp) return ask.pending("being deleted");
  const ready = currentCondition(store.value, "Ready");
  const observed = describeCondition(ready, "Ready");
  if (ready?.status === "True" && ready.reason === "Valid") return ask.pass(observed);
  if (ready?.reason === "ValidationUnknown") return ask.unknown(observed);
  return WRONG.includes(ready?.reason ?? "") ? ask.fail(observed) : ask.pending(observed);
}
