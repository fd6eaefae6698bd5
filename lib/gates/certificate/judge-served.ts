import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Certificate, Served } from "./facts.ts";
import { coversHost } from "./host-names.ts";

type Shown = Extract<Served, { reached: true }>;

/**
 * What a visitor is shown, whatever cert-manager says: a proxy may still serve its default certificate, or the one
 * before. The Secret is not read for this (nothing here may read Secrets): same end of validity is same certificate.
 */
export function judgeServed(served: Served, certificate: Certificate, host: string, now: Date): Finding {
  const ask = question(
    "certificate-served",
    `https://${host}`,
    "the issued certificate, trusted, for this name, in its time",
  );
  if (!served.reached) return ask.pending(`no TLS handshake: ${served.problem}`);
  const wrong = whatIsWrong(served, certificate, host, now);
  const observed = `serial ${served.serial}, issued by ${served.issuers[0] ?? "nobody"}`;
  // The proxy takes the new Secret within seconds to minutes, so what is shown now may be right at the next look.
  return wrong ? ask.pending(`${wrong} (${observed})`) : ask.pass(observed);
}

function whatIsWrong(
  { names, untrusted, issuers, notBefore, notAfter }: Shown,
  { status }: Certificate,
  host: string,
  now: Date,
): string | undefined {
  if (untrusted) return `the chain is not trusted: ${untrusted}`;
  if (issuers.some((issuer) => /staging/i.test(issuer))) return "a staging authority issued it";
  if (!coversHost(names, host)) return `it is for ${names.join(", ") || "no name"}`;
  if (Date.parse(notBefore) > now.getTime()) return `it is not valid before ${notBefore}`;
  if (Date.parse(notAfter) <= now.getTime()) return `it expired at ${notAfter}`;
  const issued = Date.parse(status?.notAfter ?? "");
  if (issued !== Date.parse(notAfter))
    return `it ends at ${notAfter}, the issued one at ${status?.notAfter ?? "no known time"}`;
  return undefined;
}
