import { createHash } from "node:crypto";
import { type ClusterRecord, COLLECTIONS } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { makeCertificate } from "./pki/certificate.ts";
import { type KeyPair, keyPairOf, seedFor } from "./pki/key-pair.ts";
import { INFRASTRUCTURE_VALIDITY } from "./pki.ts";

/** Key: `keyNameOf` the authority's certificate, so that a cluster made anew finds its own key and no other. */
const KEYS = "network.keys";
type KeyRecord = { cluster: string; seed: string };

const keyNameOf = (certificateAuthority: string): string =>
  createHash("sha256").update(certificateAuthority).digest("hex");

/** Every EKS cluster's authority calls itself so. */
const SUBJECT = { commonName: "kubernetes" };

/**
 * Makes the certificate authority of a new cluster and the name of its endpoint. Whoever creates the cluster puts
 * both into its record; the private key stays in `network.keys`.
 */
export function mintClusterAuthority(
  world: World,
  clusterName: string,
  region = "us-east-1",
): { certificateAuthority: string; endpoint: string } {
  const draws = world.drawsOf(`cluster/${clusterName}`);
  const seed = draws.hex(64);
  const certificate = makeCertificate({
    ...INFRASTRUCTURE_VALIDITY,
    subject: SUBJECT,
    keys: keyPairOf(seed),
    serial: `01${draws.hex(14)}`,
    isAuthority: true,
  });
  const certificateAuthority = Buffer.from(certificate).toString("base64");
  world.collection<KeyRecord>(KEYS).set(keyNameOf(certificateAuthority), { cluster: clusterName, seed });
  return {
    certificateAuthority,
    endpoint: `https://${draws.hex(32).toUpperCase()}.gr7.${region}.eks.amazonaws.com`,
  };
}

/** The certificate that a cluster's endpoint shows; undefined for a cluster whose authority was not made here. */
export function endpointCertificate(
  world: World,
  clusterName: string,
): { certificate: string; privateKey: string } | undefined {
  const cluster = world.collection<ClusterRecord>(COLLECTIONS.clusters).get(clusterName);
  const key = cluster && world.collection<KeyRecord>(KEYS).get(keyNameOf(cluster.certificateAuthority));
  if (!key) return undefined;
  const authority: KeyPair = keyPairOf(key.seed);
  const keys = keyPairOf(seedFor(world.seed, `endpoint/${key.seed}`));
  const host = cluster.endpoint.replace(/^https:\/\//, "").toLowerCase();
  const certificate = makeCertificate({
    ...INFRASTRUCTURE_VALIDITY,
    subject: { commonName: "kube-apiserver" },
    keys,
    issuer: { subject: SUBJECT, keys: authority },
    serial: "03",
    dnsNames: [
      host,
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
    ],
  });
  return { certificate, privateKey: keys.privatePem };
}
