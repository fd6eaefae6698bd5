import type { Finding } from "../../run/finding.ts";
import type { Issuer } from "../issuers/facts.ts";
import { currentCondition, describeCondition } from "../objects.ts";
import { question } from "../question.ts";
import type { CertificateExpectation, OfCluster } from "./expectation.ts";
import type { Certificate, CertificateFacts, Challenge, ClusterFacts, Served } from "./facts.ts";
import { coversHost } from "./host-names.ts";
import { judgeServed, judgeServedBy } from "./judge-served.ts";

/** cert-manager renews at renewalTime; an hour later it has had time to, and is stuck although Ready is still True. */
const RENEWAL_GRACE_MILLISECONDS = 60 * 60_000;

export function judgeCertificate(
  { host, served, cluster }: CertificateFacts,
  expectation: CertificateExpectation,
  now: Date,
): Finding[] {
  if ("authority" in expectation) return judgeServedBy(served, expectation.authority, host, now);
  if (!cluster) throw new Error("a certificate of the cluster is judged by what the cluster says");
  return judgeInCluster(cluster, served, { ...expectation, host }, now);
}

/** `host` is the full name here. */
function judgeInCluster(
  facts: ClusterFacts,
  served: Served,
  { host, ...expectation }: OfCluster,
  now: Date,
): Finding[] {
  const { certificate } = facts;
  const subject = `Certificate ${expectation.namespace}/${expectation.certificate}`;
  const ready = question("certificate-ready", subject, "Ready=True for the current generation");
  if (!certificate.read) return [ready.unknown(certificate.problem)];
  if (!certificate.value) return [ready.pending("does not exist")];
  return [
    judgeReady(certificate.value, facts, host, subject),
    judgeNames(certificate.value, host, subject),
    judgeIssuer(certificate.value, facts, expectation.issuer, subject),
    judgeTimes(certificate.value, subject, now),
    judgeServed(served, certificate.value, { host, issuedSerial: facts.issuedSerial }, now),
  ];
}

/**
 * Issuing first: a renewal may leave Ready=True behind it. After a failed attempt cert-manager waits an hour and
 * doubles that each time, far beyond any gate's deadline, so a failed attempt fails.
 * @see https://cert-manager.io/docs/faq/#what-happens-if-issuance-fails-will-it-be-retried
 */
function judgeReady(
  certificate: Certificate,
  { challenges }: ClusterFacts,
  host: string,
  subject: string,
): Finding {
  const ask = question("certificate-ready", subject, "Ready=True for the current generation");
  if (certificate.metadata.deletionTimestamp) return ask.pending("being deleted");
  const why = challenges.read ? whyChallenged(challenges.value, host) : "";
  const condition = currentCondition(certificate, "Ready");
  const observed = `${describeCondition(condition, "Ready")}${why}`;
  const attempts = certificate.status?.failedIssuanceAttempts ?? 0;
  if (attempts > 0 && condition?.status !== "True")
    return ask.fail(`${observed}, ${attempts} failed attempts`);
  const issuing = currentCondition(certificate, "Issuing");
  if (issuing?.status === "True") return ask.pending(`${describeCondition(issuing, "Issuing")}${why}`);
  return condition?.status === "True" ? ask.pass(observed) : ask.pending(observed);
}

/** The reason that a person understands stands in the Challenge: a name that does not resolve, a 404. */
function whyChallenged(challenges: readonly Challenge[], host: string): string {
  const open = challenges.find(({ spec, status }) => spec.dnsName === host && status?.state !== "valid");
  if (!open) return "";
  return `; challenge ${open.status?.state || "new"}: ${open.status?.reason ?? "no reason given"}`;
}

function judgeNames({ spec }: Certificate, host: string, subject: string): Finding {
  const ask = question("certificate-names", subject, `a DNS name that covers ${host}`);
  const observed = spec.dnsNames.join(", ") || "no DNS name";
  return coversHost(spec.dnsNames, host) ? ask.pass(observed) : ask.fail(observed);
}

/** Staging certificates are trusted by nobody; the issuer's name may lie, its server does not. */
function judgeIssuer(
  { spec }: Certificate,
  { issuer }: ClusterFacts,
  wanted: string,
  subject: string,
): Finding {
  const ask = question("certificate-issuer", subject, `issued by ${wanted}, which is no staging issuer`);
  if (spec.issuerRef.name !== wanted) return ask.fail(`issued by ${spec.issuerRef.name}`);
  if (!issuer.read) return ask.unknown(issuer.problem);
  if (!issuer.value) return ask.pending(`ClusterIssuer ${wanted} does not exist`);
  return isStaging(issuer.value) ? ask.fail(`${wanted} is a staging issuer`) : ask.pass(wanted);
}

const isStaging = ({ spec }: Issuer): boolean => /staging/i.test(spec.acme?.server ?? "");

function judgeTimes({ status }: Certificate, subject: string, now: Date): Finding {
  const ask = question("certificate-in-time", subject, "not expired, and renewed in time");
  const { notAfter, renewalTime } = status ?? {};
  if (!notAfter) return ask.pending("no notAfter yet");
  if (Date.parse(notAfter) <= now.getTime()) return ask.fail(`expired at ${notAfter}`);
  if (renewalTime && Date.parse(renewalTime) + RENEWAL_GRACE_MILLISECONDS <= now.getTime())
    return ask.fail(`renewal was due at ${renewalTime} and has not happened`);
  return ask.pass(`valid until ${notAfter}`);
}
