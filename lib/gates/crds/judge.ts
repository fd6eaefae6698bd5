import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { CrdsExpectation } from "./expectation.ts";
import type { CrdsFacts } from "./facts.ts";

export const judgeCrds = ({ crds }: CrdsFacts, _expectation: CrdsExpectation): Finding[] =>
  crds.map(judgeCrd);

/** @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ */
function judgeCrd({ name, crd }: CrdsFacts["crds"][number]): Finding {
  const ask = question("crd-established", `CRD ${name}`, "Established, its names accepted, a version served");
  if (!crd.read) return ask.unknown(crd.problem);
  if (!crd.value) return ask.pending("does not exist");
  const { metadata, spec } = crd.value;
  if (metadata.deletionTimestamp) return ask.pending("being deleted");
  const accepted = currentCondition(crd.value, "NamesAccepted");
  // Another CRD has these names: nothing here will change that.
  if (accepted?.status === "False") return ask.fail(describeCondition(accepted, "NamesAccepted"));
  const established = currentCondition(crd.value, "Established");
  if (established?.status !== "True") return ask.pending(describeCondition(established, "Established"));
  const served = spec.versions.filter((version) => version.served).map((version) => version.name);
  return served.length > 0 ? ask.pass(`serves ${served.join(", ")}`) : ask.fail("no version is served");
}
