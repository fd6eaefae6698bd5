import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { IssuersExpectation } from "./expectation.ts";
import type { IssuersFacts } from "./facts.ts";

export const judgeIssuers = ({ issuers }: IssuersFacts, _expectation: IssuersExpectation): Finding[] =>
  issuers.map(judgeIssuer);

/** An ACME issuer is ready once its account is registered, and then its status has the account's URI. */
function judgeIssuer({ name, issuer }: IssuersFacts["issuers"][number]): Finding {
  const ask = question("issuer-ready", `ClusterIssuer ${name}`, "Ready=True with a registered account");
  if (!issuer.read) return ask.unknown(issuer.problem);
  if (!issuer.value) return ask.pending("does not exist");
  if (issuer.value.metadata.deletionTimestamp) return ask.pending("being deleted");
  const ready = currentCondition(issuer.value, "Ready");
  const observed = describeCondition(ready, "Ready");
  if (ready?.status !== "True") return ask.pending(observed);
  const { spec, status } = issuer.value;
  if (spec.acme && !status?.acme?.uri) return ask.pending(`${observed}, but no account URI`);
  return ask.pass(observed);
}
