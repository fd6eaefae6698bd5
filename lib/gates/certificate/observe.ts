import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import {
  CERTIFICATE_REQUESTS,
  CERTIFICATES,
  CHALLENGES,
  CLUSTER_ISSUERS,
} from "../../clients/kubernetes/resources.ts";
import type { Prober } from "../../clients/tls-probe.ts";
import type { Moment } from "../define-gate.ts";
import { IssuerSchema } from "../issuers/facts.ts";
import { attempt } from "../observing.ts";
import { readable } from "../reading.ts";
import type { CertificateExpectation, OfCluster } from "./expectation.ts";
import {
  type CertificateFacts,
  CertificateRequestSchema,
  CertificateSchema,
  ChallengeSchema,
  type ClusterFacts,
} from "./facts.ts";
import { issuedSerial } from "./issued-serial.ts";

/** What a visitor is shown, and, independently of it, what cert-manager says where it is its certificate. */
export async function observeCertificate(
  expectation: CertificateExpectation,
  { withCluster, prober }: { withCluster: WithCluster; prober: Prober },
  { now, domain }: Moment,
): Promise<CertificateFacts> {
  const host = `${expectation.host}.${domain}`;
  const [served, cluster] = await Promise.all([
    prober.tls(host, 443),
    "issuer" in expectation ? observeCluster(expectation, withCluster, now) : undefined,
  ]);
  return { host, served, cluster };
}

const observeCluster = (
  { namespace, certificate: name, issuer }: OfCluster,
  withCluster: WithCluster,
  now: Date,
): Promise<ClusterFacts> =>
  withCluster(now, async (cluster) => {
    const [certificate, clusterIssuer, challenges, requests] = await Promise.all([
      attempt(cluster.get(CERTIFICATES, { namespace, name }, CertificateSchema)),
      attempt(cluster.get(CLUSTER_ISSUERS, { name: issuer }, IssuerSchema)),
      attempt(cluster.list(CHALLENGES, { namespace }, ChallengeSchema)),
      attempt(cluster.list(CERTIFICATE_REQUESTS, { namespace }, CertificateRequestSchema)),
    ]);
    const serial = requests.read
      ? readable(issuedSerial(certificate.read ? certificate.value : null, requests.value))
      : requests;
    return { certificate, issuer: clusterIssuer, challenges, issuedSerial: serial };
  });
