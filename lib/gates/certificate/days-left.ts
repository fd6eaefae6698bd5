import type { Measurement } from "../../run/ports.ts";
import type { CertificateFacts } from "./facts.ts";

const DAY_MILLISECONDS = 24 * 3_600_000;

/**
 * Days until the certificate ends, with a fraction, negative when it is over: of what a visitor is shown and what
 * cert-manager keeps, the one that ends first. Nothing where neither could be seen.
 */
export function measureDaysLeft({ served, cluster }: CertificateFacts, now: Date): Measurement[] {
  const kept = cluster?.certificate.read ? cluster.certificate.value?.status?.notAfter : undefined;
  const ends = [served.reached ? served.notAfter : undefined, kept].map((end) => Date.parse(end ?? ""));
  const soonest = Math.min(...ends.filter((end) => !Number.isNaN(end)));
  if (!Number.isFinite(soonest)) return [];
  return [{ metric: "CertificateDays", value: (soonest - now.getTime()) / DAY_MILLISECONDS, dimensions: {} }];
}
