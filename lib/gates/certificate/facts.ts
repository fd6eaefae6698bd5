import * as z from "zod";
import type { Issuer } from "../issuers/facts.ts";
import { ConditionsSchema, MetadataSchema } from "../objects.ts";
import type { Reading } from "../reading.ts";

export const CertificateSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({
    dnsNames: z.array(z.string()).default([]),
    issuerRef: z.object({ name: z.string(), kind: z.string().optional() }),
  }),
  status: z
    .object({
      conditions: ConditionsSchema,
      notBefore: z.string().optional(),
      notAfter: z.string().optional(),
      /** Left out when the renewal policy is Disabled. */
      renewalTime: z.string().optional(),
      failedIssuanceAttempts: z.int().optional(),
      /** Counts issuances; the request of each carries its number. */
      revision: z.int().optional(),
    })
    .optional(),
});
export type Certificate = z.infer<typeof CertificateSchema>;

/** One issuance of a Certificate. */
export const CertificateRequestSchema = z.object({
  metadata: MetadataSchema.extend({ annotations: z.record(z.string(), z.string()).optional() }),
  status: z.object({ certificate: z.string().optional() }).optional(),
});
export type CertificateRequest = z.infer<typeof CertificateRequestSchema>;

export const ChallengeSchema = z.object({
  metadata: MetadataSchema,
  spec: z.object({ dnsName: z.string(), type: z.string().optional() }),
  status: z.object({ state: z.string().optional(), reason: z.string().optional() }).optional(),
});
export type Challenge = z.infer<typeof ChallengeSchema>;

/** What the host's TLS server showed; see the probe that fills it. */
export type Served =
  | {
      readonly reached: true;
      readonly names: readonly string[];
      readonly serial: string;
      readonly notBefore: string;
      readonly notAfter: string;
      readonly issuers: readonly string[];
      readonly untrusted: string | undefined;
    }
  | { readonly reached: false; readonly problem: string };

export interface CertificateFacts {
  /** Full name, e.g. `app.example.com`. */
  readonly host: string;
  readonly served: Served;
  /** Undefined: the certificate is none of the cluster's. */
  readonly cluster: ClusterFacts | undefined;
}

export interface ClusterFacts {
  readonly certificate: Reading<Certificate | null>;
  readonly issuer: Reading<Issuer | null>;
  readonly challenges: Reading<Challenge[]>;
  /**
   * Serial number of what was issued for the Certificate's present revision, hexadecimal: the certificate in its
   * Secret, told by the request that brought it. Null: there is no such request (cert-manager may clean them up).
   */
  readonly issuedSerial: Reading<string | null>;
}
