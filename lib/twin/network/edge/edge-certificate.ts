import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { textAt } from "../../kubernetes/api/json-values.ts";
import type { World } from "../../world/world.ts";
import { makeCertificate } from "../pki/certificate.ts";
import { keyPairOf, seedFor } from "../pki/key-pair.ts";
import { INFRASTRUCTURE_VALIDITY } from "../pki.ts";
import { read, type Site, tlsSecretName } from "./ingress-site.ts";

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

/** The certificate of a site's Secret; undefined while the Secret is missing, unusable or for other names. */
export function siteCertificate(site: Site): SecureContext | undefined {
  const name = tlsSecretName(site);
  if (!name) return undefined;
  const secret = read(site.server, `/api/v1/namespaces/${site.namespace}/secrets/${name}`);
  const [cert, key] = ["tls.crt", "tls.key"].map((entry) =>
    Buffer.from(textAt(secret, "data", entry) ?? "", "base64").toString("utf8"),
  );
  if (!cert || !key || !isUsable(cert, key, site.host)) return undefined;
  return createSecureContext({ cert, key });
}

function isUsable(cert: string, key: string, host: string): boolean {
  try {
    const leaf = new X509Certificate(cert);
    return leaf.checkPrivateKey(createPrivateKey(key)) && leaf.checkHost(host) !== undefined;
  } catch {
    return false;
  }
}
