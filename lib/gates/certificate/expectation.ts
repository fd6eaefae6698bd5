import * as z from "zod";
import { GATE_FIELDS } from "../expectation.ts";

export const CertificateExpectationSchema = z.strictObject({
  ...GATE_FIELDS,
  namespace: z.string(),
  /** Name of the Certificate. */
  certificate: z.string(),
  /** Label below the environment's domain. */
  host: z.string(),
  /** Name of the ClusterIssuer that must have issued it. */
  issuer: z.string(),
});
export type CertificateExpectation = z.infer<typeof CertificateExpectationSchema>;
