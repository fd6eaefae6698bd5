import { connectEks } from "../../lib/clients/eks.ts";
import { clusterOf, type WithCluster } from "../../lib/clients/kubernetes/connect.ts";
import { connectProber, type Prober } from "../../lib/clients/tls-probe.ts";
import { measureDaysLeft } from "../../lib/gates/certificate/days-left.ts";
import { CertificateExpectationSchema } from "../../lib/gates/certificate/expectation.ts";
import { judgeCertificate } from "../../lib/gates/certificate/judge.ts";
import { observeCertificate } from "../../lib/gates/certificate/observe.ts";
import { defineGate, type Gate } from "../../lib/gates/define-gate.ts";
import { IssuersExpectationSchema } from "../../lib/gates/issuers/expectation.ts";
import { judgeIssuers } from "../../lib/gates/issuers/judge.ts";
import { observeIssuers } from "../../lib/gates/issuers/observe.ts";
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES: readonly Gate<{ withCluster: WithCluster; prober: Prober }>[] = [
  defineGate({
    kind: "certificate",
    expectation: CertificateExpectationSchema,
    observe: observeCertificate,
    judge: judgeCertificate,
    measure: measureDaysLeft,
  }),
  defineGate({
    kind: "issuers",
    expectation: IssuersExpectationSchema,
    observe: observeIssuers,
    judge: judgeIssuers,
  }),
];

/** What cert-manager says of issuers and certificates, and what a visitor is really shown. */
export const handler = createValidator({
  name: "validate-certificate",
  environment: EnvironmentSchema,
  gates: GATES,
  connect: ({ STRATA_ENVIRONMENT }) => ({
    withCluster: clusterOf(connectEks(), STRATA_ENVIRONMENT),
    prober: connectProber(),
  }),
});
