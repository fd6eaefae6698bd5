import { connectEks } from "../../lib/clients/eks.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { clusterOf, type WithCluster } from "../../lib/clients/kubernetes/connect.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { connectProber, type Prober } from "../../lib/clients/tls-probe.ts";
import { measureDaysLeft } from "../../lib/gates/certificate/days-left.ts";
import { CertificateExpectationSchema } from "../../lib/gates/certificate/expectation.ts";
import { judgeCertificate } from "../../lib/gates/certificate/judge.ts";
import { observeCertificate } from "../../lib/gates/certificate/observe.ts";
import { defineGate, type Gate } from "../../lib/gates/define-gate.ts";
import { IssuersExpectationSchema } from "../../lib/gates/issuers/expectation.ts";
import { judgeIssuers } from "../../lib/gates/issuers/judge.ts";
import { observeIssuers } from "../../lib/gates/issuers/observe.ts";
import { prove } from "../../lib/gates/prove.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

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
export const handler = createHandler({
  name: "validate-certificate",
  input: ValidateEventSchema,
  output: GateReportSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const withCluster = clusterOf(connectEks(), settings.STRATA_ENVIRONMENT);
    return {
      settings,
      objects: connectObjectStore(),
      metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
      ports: { withCluster, prober: connectProber() },
    };
  },
  handle: (event, { settings, ports, ...outlets }, now) =>
    prove(event, GATES, ports, outlets, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
