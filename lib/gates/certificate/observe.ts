import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { CERTIFICATES, CHALLENGES, CLUSTER_ISSUERS } from "../../clients/kubernetes/resources.ts";
import type { Prober } from "../../clients/tls-probe.ts";
import type { Moment } from "../define-gate.ts";
import { IssuerSchema } from "../issuers/facts.ts";
import { attempt } from "../observing.ts";
import type { CertificateExpectation } from "./expectation.ts";
import { type CertificateFacts, CertificateSchema, ChallengeSchema } from "./facts.ts";

/** What cert-manager says, and, independently of it, what a visitor is shown. */
export async function observeCertificate(
  { namespace, certificate: name, host: label, issuer }: CertificateExpectation,
  { withCluster, prober }: { withCluster: WithCluster; prober: Prober },
  { now, domain }: Moment,
): Promise<CertificateFacts> {
  const host = `${label}.${domain}`;
  const served = prober.tls(host, 443);
  const objects = await withCluster(now, async (cluster) => {
    const [certificate, clusterIssuer, challenges] = await Promise.all([
      attempt(cluster.get(CERTIFICATES, { namespace, name }, CertificateSchema)),
      attempt(cluster.get(CLUSTER_ISSUERS, { name: issuer }, IssuerSchema)),
      attempt(cluster.list(CHALLENGES, { namespace }, ChallengeSchema)),
    ]);
    return { certificate, issuer: clusterIssuer, challenges };
  });
  return { host, ...objects, served: await served };
}
