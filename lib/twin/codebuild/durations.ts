import type { BuildRecord } from "../aws/backends.ts";

/** How long the phases around the commands last, in milliseconds of virtual time. */
export interface BuildLatencies {
  readonly queued: number;
  readonly provisioning: number;
  readonly downloadSource: number;
  readonly install: number;
  readonly plan: number;
  readonly finalizing: number;
}

/**
 * Typical values of the sources in docs/latencies.md: QUEUED 1 s (0–2); PROVISIONING 3 s on EC2 and 10 s more
 * in a VPC; source from S3 2 s; terraform's own zip 3 s; `terraform init` 3 s with the providers in the image
 * or mirror; a plan of about 100 resources 25 s (10–60); uploading and finalizing 1 s.
 */
export const TYPICAL_BUILD: BuildLatencies = {
  queued: 1_000,
  provisioning: 13_000,
  downloadSource: 2_000,
  install: 6_000,
  plan: 25_000,
  finalizing: 1_000,
};

export const scaled = (latencies: BuildLatencies, factor: number): BuildLatencies => ({
  queued: latencies.queued * factor,
  provisioning: latencies.provisioning * factor,
  downloadSource: latencies.downloadSource * factor,
  install: latencies.install * factor,
  plan: latencies.plan * factor,
  finalizing: latencies.finalizing * factor,
});

export type Phase = BuildRecord["phases"][number];
