import type { Finding } from "../../run/finding.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { IssuersExpectation } from "./expectation.ts";
import type { Issuer, IssuersFacts } from "./facts.ts";

export const judgeIssuers = ({ issuers }: IssuersFacts, _expectation: IssuersExpectation): Finding[] =>
  issuers.map(judgeIssuer);

/**
 * An ACME issuer is ready once its account is registered, and then its status has the account's URI. Ready stays
 * True while a changed server or address is not registered yet.
 */
function judgeIssuer({ name, issuer }: IssuersFacts["issuers"][number]): Finding {
  const ask = question("issuer-ready", `ClusterIssuer ${name}`, "Ready=True with a registered account");
  if (!issuer.read) return ask.unknown(issuer.problem);
  if (!issuer.value) return ask.pending("does not exist");
  if (issuer.value.metadata.deletionTimestamp) return ask.pending("being deleted");
  const ready = currentCondition(issuer.value, "Ready");
  const observed = describeCondition(ready, "Ready");
  if (ready?.status !== "True") return ask.pending(observed);
  const problem = accountProblem(issuer.value);
  return problem === undefined ? ask.pass(observed) : ask.pending(`${observed}, but ${problem}`);
}

function accountProblem({ spec, status }: Issuer): string | undefined {
  if (!spec.acme) return undefined;
  const { uri, lastRegisteredEmail: email } = status?.acme ?? {};
  if (!uri) return "no account URI";
  if (hostOf(uri) !== hostOf(spec.acme.server)) return `its account ${uri} is not of ${spec.acme.server}`;
  return email && spec.acme.email && email !== spec.acme.email
    ? `its account is registered for ${email}, not ${spec.acme.email}`
    : undefined;
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);
