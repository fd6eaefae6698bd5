import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { Reading } from "../reading.ts";
import type { Certificate, ClusterFacts, Served } from "./facts.ts";
import { coversHost } from "./host-names.ts";

type Shown = Extract<Served, { reached: true }>;

/**
 * What a visitor is shown, whatever cert-manager says: a proxy may still serve its default certificate, or the one
 * before, which may even end on the same day.
 */
export function judgeServed(
  served: Served,
  certificate: Certificate,
  { host, issuedSerial }: Pick<ClusterFacts, "issuedSerial"> & { readonly host: string },
  now: Date,
): Finding {
  const ask = question(
    "certificate-served",
    `https://${host}`,
    "the issued certificate, trusted, for this name, in its time",
  );
  if (!served.reached) return ask.pending(`no TLS handshake: ${served.problem}`);
  const wrong = whatIsWrong(served, host, now) ?? whatIsNotThis(served, certificate, issuedSerial);
  // The proxy takes the new Secret within seconds to minutes, so what is shown now may be right at the next look.
  return wrong ? ask.pending(`${wrong} (${seen(served)})`) : ask.pass(seen(served));
}

/**
 * AWS renews a certificate 60 days before it ends while it is used and its record is in the zone; of one that lasts
 * 198 days that is with three tenths left. With less than a sixth left, renewing has failed for a month.
 * @see https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
 */
const LEAST_SHARE_LEFT = 1 / 6;

/** The same of a certificate that only its server shows, and whether it is renewed in time. */
export function judgeServedBy(served: Served, authority: string, host: string, now: Date): Finding[] {
  const subject = `https://${host}`;
  const shown = question("certificate-served", subject, "a certificate, trusted, for this name, in its time");
  if (!served.reached) return [shown.pending(`no TLS handshake: ${served.problem}`)];
  const wrong = whatIsWrong(served, host, now);
  const by = question("certificate-issuer", subject, `issued by ${authority}`);
  const issuer = served.issuers[0] ?? "nobody";
  return [
    wrong ? shown.pending(`${wrong} (${seen(served)})`) : shown.pass(seen(served)),
    // Behind the name may still be another load balancer, whose records live for a minute.
    issuer.startsWith(authority) ? by.pass(issuer) : by.pending(issuer),
    judgeRenewal(served, subject, now),
  ];
}

function judgeRenewal({ notBefore, notAfter }: Shown, subject: string, now: Date): Finding {
  const ask = question("certificate-in-time", subject, "not expired, and renewed in time");
  const [from, to] = [Date.parse(notBefore), Date.parse(notAfter)];
  if (to <= now.getTime()) return ask.fail(`expired at ${notAfter}`);
  return (to - now.getTime()) / (to - from) < LEAST_SHARE_LEFT
    ? ask.fail(`ends at ${notAfter} and has not been renewed`)
    : ask.pass(`valid until ${notAfter}`);
}

const seen = ({ serial, issuers }: Shown): string => `serial ${serial}, issued by ${issuers[0] ?? "nobody"}`;

function whatIsWrong(
  { names, untrusted, issuers, notBefore, notAfter }: Shown,
  host: string,
  now: Date,
): string | undefined {
  if (untrusted) return `the chain is not trusted: ${untrusted}`;
  if (issuers.some((issuer) => /staging/i.test(issuer))) return "a staging authority issued it";
  if (!coversHost(names, host)) return `it is for ${names.join(", ") || "no name"}`;
  if (Date.parse(notBefore) > now.getTime()) return `it is not valid before ${notBefore}`;
  if (Date.parse(notAfter) <= now.getTime()) return `it expired at ${notAfter}`;
  return undefined;
}

/** By serial number; where the request that would tell it is gone, by the end of its validity. */
function whatIsNotThis(
  { serial, notAfter }: Shown,
  { status }: Certificate,
  issuedSerial: Reading<string | null>,
): string | undefined {
  if (!issuedSerial.read) return `which one was issued could not be read: ${issuedSerial.problem}`;
  if (issuedSerial.value !== null && plain(issuedSerial.value) !== plain(serial))
    return `the issued one has serial ${issuedSerial.value}`;
  if (Date.parse(status?.notAfter ?? "") !== Date.parse(notAfter))
    return `it ends at ${notAfter}, the issued one at ${status?.notAfter ?? "no known time"}`;
  return undefined;
}

/** Libraries differ in case, colons and leading zeros. */
const plain = (serial: string): string => serial.toUpperCase().replaceAll(":", "").replace(/^0+/, "");
