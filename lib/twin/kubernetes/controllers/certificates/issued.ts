import { type ApiObject, timestamp } from "../../api/api-object.ts";
import type { ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, ownerReference, textAt } from "../engine/fields.ts";

/** Key: uid of the Order. What the certificate authority has signed, until cert-manager has stored it. */
export const ISSUED = "cert-manager.issued";

export type Issued = {
  chain: string;
  privateKey: string;
  serial: string;
  notBefore: number;
  notAfter: number;
};

/** Let's Encrypt: 90 days (64 from 2027-02-10 on), dated an hour back. @see https://letsencrypt.org/docs/ */
export const LIFETIME_MILLISECONDS = 90 * 86_400_000;
export const BACKDATED_MILLISECONDS = 3_600_000;

/** Renewal after two thirds of the lifetime. @see cert-manager pkg/util/pki/renewaltime.go */
export const times = ({ notBefore, notAfter }: Issued): Fields => ({
  notBefore: timestamp(notBefore),
  notAfter: timestamp(notAfter),
  renewalTime: timestamp(notAfter - (notAfter - notBefore) / 3),
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Writes the TLS Secret of a certificate from what its request got. */
export function storeCertificate(
  certificate: ApiObject,
  request: ApiObject,
  context: ReconcileContext,
): Issued | undefined {
  const { client, world } = context;
  const issued = world.collection<Issued>(ISSUED).get(request.metadata.uid);
  if (!issued) return undefined;
  const { name, namespace } = certificate.metadata;
  const secretName = textAt(certificate, "spec", "secretName");
  const names = mapAt(certificate, "spec").dnsNames;
  const alternatives = Array.isArray(names) ? names.map(String) : [];
  const data = { "tls.crt": base64(issued.chain), "tls.key": base64(issued.privateKey) };
  const annotations = {
    "cert-manager.io/alt-names": alternatives.join(","),
    "cert-manager.io/certificate-name": name,
    "cert-manager.io/common-name": alternatives[0] ?? "",
    "cert-manager.io/issuer-group": "cert-manager.io",
    "cert-manager.io/issuer-kind": textAt(certificate, "spec", "issuerRef", "kind"),
    "cert-manager.io/issuer-name": textAt(certificate, "spec", "issuerRef", "name"),
  };
  const labels = { "controller.cert-manager.io/fao": "true" };
  const known = client.get("v1", "Secret", namespace, secretName);
  if (known) client.patch(known, { data, metadata: { annotations, labels } });
  else
    client.create({
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: { name: secretName, namespace: namespace ?? "default", annotations, labels },
      data,
    });
  world.collection<Issued>(ISSUED).delete(request.metadata.uid);
  return issued;
}

export const owned = (owner: ApiObject, name: string, apiVersion: string, kind: string): Fields => ({
  apiVersion,
  kind,
  metadata: {
    name,
    namespace: owner.metadata.namespace ?? "default",
    ownerReferences: [ownerReference(owner)],
  },
});
