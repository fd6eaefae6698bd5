import { X509Certificate } from "node:crypto";
import type { Certificate, CertificateRequest } from "./facts.ts";

const NAME = "cert-manager.io/certificate-name";
const REVISION = "cert-manager.io/certificate-revision";

/**
 * The serial number of the certificate in the Secret. Nothing here may read Secrets, which hold the private key, too;
 * but the CertificateRequest of the same revision holds the very certificate that cert-manager put there.
 * @see https://cert-manager.io/docs/usage/certificaterequest/
 */
export function issuedSerial(
  certificate: Certificate | null,
  requests: readonly CertificateRequest[],
): string | null {
  const revision = certificate?.status?.revision;
  if (!certificate || revision === undefined) return null;
  const request = requests.find(
    ({ metadata: { annotations } }) =>
      annotations?.[NAME] === certificate.metadata.name && annotations?.[REVISION] === String(revision),
  );
  const encoded = request?.status?.certificate;
  if (!encoded) return null;
  try {
    return new X509Certificate(Buffer.from(encoded, "base64")).serialNumber;
  } catch {
    return null;
  }
}
