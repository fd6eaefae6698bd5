import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import { bundleProblem } from "../webhooks/ca-bundle.ts";
import { judgeBackend } from "../webhooks/judge.ts";
import type { CrdsExpectation } from "./expectation.ts";
import type { Crd, CrdFacts, CrdsFacts } from "./facts.ts";

export const judgeCrds = ({ crds }: CrdsFacts, _expectation: CrdsExpectation, now: Date): Finding[] =>
  crds.flatMap((facts) => [judgeCrd(facts), ...judgeConversion(facts, now)]);

/** @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ */
function judgeCrd({ name, version, crd }: CrdFacts): Finding {
  const ask = question(
    "crd-established",
    `CRD ${name}`,
    `Established, its names accepted, ${version} served`,
  );
  if (!crd.read) return ask.unknown(crd.problem);
  if (!crd.value) return ask.pending("does not exist");
  const { metadata, spec } = crd.value;
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  const accepted = currentCondition(crd.value, "NamesAccepted");
  // Another CRD has these names: nothing here will change that.
  if (accepted?.status === "False") return ask.fail(describeCondition(accepted, "NamesAccepted"));
  // Established all the same, but its schema is not enforced and fields are not pruned.
  const loose = currentCondition(crd.value, "NonStructuralSchema");
  if (loose?.status === "True") return ask.fail(describeCondition(loose, "NonStructuralSchema"));
  const established = currentCondition(crd.value, "Established");
  if (established?.status !== "True") return ask.pending(describeCondition(established, "Established"));
  const served = spec.versions.filter((each) => each.served).map((each) => each.name);
  const observed = served.length > 0 ? `serves ${served.join(", ")}` : "serves no version";
  return served.includes(version) ? ask.pass(observed) : ask.fail(observed);
}

const webhookOf = (crd: Crd) =>
  crd.spec.conversion?.strategy === "Webhook" ? (crd.spec.conversion.webhook ?? {}) : undefined;

/** With a conversion webhook that cannot be called, not even a list of the objects can be had. */
function judgeConversion({ name, crd, backend }: CrdFacts, now: Date): Finding[] {
  const webhook = crd.read && crd.value ? webhookOf(crd.value) : undefined;
  if (!webhook) return [];
  const ask = question("webhook-trusted", `conversion webhook of CRD ${name}`, "a CA bundle that is valid");
  const problem = bundleProblem(webhook.clientConfig?.caBundle, now);
  const trusted = problem === undefined ? ask.pass("a CA bundle") : ask.pending(problem);
  return [trusted, ...(backend ? [judgeBackend(backend)] : [])];
}
