import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { textAt } from "../../kubernetes/api/json-values.ts";
import type { CertificateRecord } from "../../world/records.ts";
import type { World } from "../../world/world.ts";
import { makeCertificate } from "../pki/certificate.ts";
import { keyPairOf, seedFor } from "../pki/key-pair.ts";
import { chainOf, INFRASTRUCTURE_VALIDITY } from "../pki.ts";
import { read, type Site } from "./site.ts";

/** What ingress-nginx shows where no better certificate is there. @see its `internal/ingress/controller/store` */
export function fakeCertificate(world: World): SecureContext {
  const keys = keyPairOf(seedFor(world.seed, "ingress-nginx/fake"));
  const certificate = makeCertificate({
    ...INFRASTRUCTURE_VALIDITY,
    subject: { organization: "Acme Co", commonName: "Kubernetes Ingress Controller Fake Certificate" },
    keys,
    serial: "04",
    dnsNames: ["ingress.local"],
  });
  return createSecureContext({ cert: certificate, key: keys.privatePem });
}

/** A certificate of AWS's; its key never leaves AWS, and follows from its name here. */
function certificateOfAmazon({ arn, ...record }: CertificateRecord, world: World): SecureContext {
  const { intermediate } = chainOf(world, "amazon");
  const keys = keyPairOf(seedFor(world.seed, `acm/${arn}`));
  const certificate = makeCertificate({
    ...record,
    subject: { commonName: record.domainNames[0] ?? "" },
    keys,
    issuer: intermediate,
    dnsNames: record.domainNames,
  });
  return createSecureContext({ cert: certificate + intermediate.certificate, key: keys.privatePem });
}

/** What a site shows its visitors; undefined where nothing usable is there yet. */
export const certificateOf = (site: Site, world: World): SecureContext | undefined =>
  site.certificate ? certificateOfAmazon(site.certificate, world) : siteCertificate(site);

/**
 * The certificate of a site's Secret; undefined while the Secret is missing or unusable. ingress-nginx leaves aside
 * one for other names, too; Envoy shows what its listener is given.
 */
function siteCertificate({ server, secret: reference, host, proxy }: Site): SecureContext | undefined {
  if (!reference) return undefined;
  const secret = read(server, `/api/v1/namespaces/${reference.namespace}/secrets/${reference.name}`);
  const [cert, key] = ["tls.crt", "tls.key"].map((entry) =>
    Buffer.from(textAt(secret, "data", entry) ?? "", "base64").toString("utf8"),
  );
  if (!cert || !key || !isUsable(cert, key, proxy === "ingress-nginx" ? host : undefined)) return undefined;
  return createSecureContext({ cert, key });
}

function isUsable(cert: string, key: string, host: string | undefined): boolean {
  try {
    const leaf = new X509Certificate(cert);
    const fits = host === undefined || leaf.checkHost(host) !== undefined;
    return fits && leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
