import { X509Certificate } from "node:crypto";

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * What is wrong with a CA bundle as Kubernetes keeps one (base64 of PEM); undefined if nothing is. One that is there
 * and holds no certificate, or only such as are over, is trusted no more than none: every call ends in an x509 error.
 */
export function bundleProblem(caBundle: string | undefined, now: Date): string | undefined {
  if (!caBundle) return "no CA bundle";
  const certificates = Buffer.from(caBundle, "base64").toString("utf8").match(PEM) ?? [];
  const ends = certificates.flatMap((pem) => endOf(pem) ?? []);
  if (ends.length === 0) return "no certificate in the CA bundle";
  const last = new Date(Math.max(...ends));
  return last > now ? undefined : `CA bundle ended at ${last.toISOString()}`;
}

function endOf(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return undefined;
  }
}
