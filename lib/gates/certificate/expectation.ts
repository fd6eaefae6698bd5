import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

/** A certificate that cert-manager keeps in the cluster. */
const OfClusterSchema = z.strictObject({
  ...GATE_FIELDS,
  namespace: z.string(),
  /** Name of the Certificate. */
  certificate: z.string(),
  /** Label below the environment's domain. */
  host: z.string(),
  /** Name of the ClusterIssuer that must have issued it. */
  issuer: z.string(),
});
export type OfCluster = z.infer<typeof OfClusterSchema>;

/** A certificate that a load balancer of AWS holds: the cluster knows nothing of it, a visitor sees all that counts. */
const OfLoadBalancerSchema = z.strictObject({
  ...GATE_FIELDS,
  /** Label below the environment's domain. */
  host: z.string(),
  /** Begins the name of the authority that must have issued it. */
  authority: z.string(),
});
export type OfLoadBalancer = z.infer<typeof OfLoadBalancerSchema>;

export const CertificateExpectationSchema = z.union([OfClusterSchema, OfLoadBalancerSchema]);
export type CertificateExpectation = z.infer<typeof CertificateExpectationSchema>;
