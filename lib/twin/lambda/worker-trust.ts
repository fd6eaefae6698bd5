/**
 * Certificates inside a worker are judged by its virtual clock. OpenSSL asks the real one, and an error of time
 * hides any error of the chain; so the time is judged here, and where OpenSSL stopped at it, the chain too.
 */
import { X509Certificate } from "node:crypto";
import tls from "node:tls";

const TIME_ERRORS: readonly unknown[] = ["CERT_NOT_YET_VALID", "CERT_HAS_EXPIRED"];

/** Longer chains are refused; public ones have two to four certificates. */
const MAX_DEPTH = 8;

const problem = (code: string, message: string): Error => Object.assign(new Error(message), { code });

function timeProblem(chain: readonly X509Certificate[]): Error | null {
  const now = Date.now();
  for (const certificate of chain) {
    if (now < Date.parse(certificate.validFrom))
      return problem("CERT_NOT_YET_VALID", "certificate is not yet valid");
    if (now > Date.parse(certificate.validTo)) return problem("CERT_HAS_EXPIRED", "certificate has expired");
  }
  return null;
}

const issued = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/** What is wrong with a chain, times left aside. */
function chainProblem(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): Error | null {
  for (const certificate of chain.slice(0, MAX_DEPTH)) {
    const trusted = roots.some(
      (root) => root.fingerprint256 === certificate.fingerprint256 || issued(certificate, root),
    );
    if (trusted) return null;
    const next = chain[chain.indexOf(certificate) + 1];
    if (!next || !issued(certificate, next)) break;
  }
  const [leaf] = chain;
  return leaf && issued(leaf, leaf)
    ? problem("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate")
    : problem("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate");
}

/** Leaf first, as the server sent it and OpenSSL completed it. */
function chainOf(socket: tls.TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let certificate: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    chain.push(new X509Certificate(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Roots of one connection: its own `ca`, or what this thread trusts by default. */
function rootsOf(ca: unknown): X509Certificate[] {
  const own = [ca].flat().filter((item) => item !== undefined && item !== null);
  const texts = own.length > 0 ? own.map((item) => String(item)) : tls.getCACertificates("default");
  return texts.flatMap((text) => text.match(PEM) ?? []).map((text) => new X509Certificate(text));
}

interface Handle {
  verifyError(): Error | null;
}

/** Makes a socket that is about to connect judge its server's certificate in virtual time. */
export function judgeInVirtualTime(socket: tls.TLSSocket, ca: unknown): void {
  const handle = (socket as unknown as { _handle?: Handle | null })._handle;
  if (!handle) return;
  const judge = handle.verifyError.bind(handle);
  handle.verifyError = () => {
    const found = judge() as (Error & { code?: string }) | null;
    if (found && !TIME_ERRORS.includes(found.code)) return found;
    const chain = chainOf(socket);
    return (found ? chainProblem(chain, rootsOf(ca)) : null) ?? timeProblem(chain);
  };
}
