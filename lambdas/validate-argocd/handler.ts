import { connectEks } from "../../lib/clients/eks.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { ArgocdExpectationSchema } from "../../lib/gates/argocd/expectation.ts";
import { judgeArgocd } from "../../lib/gates/argocd/judge.ts";
import { observeArgocd } from "../../lib/gates/argocd/observe.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { prove } from "../../lib/gates/prove.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES = [
  defineGate({
    kind: "argocd",
    expectation: ArgocdExpectationSchema,
    observe: observeArgocd,
    judge: judgeArgocd,
  }),
];

/** The application that Argo CD deploys: synced, healthy, and really running. */
export const handler = createHandler({
  name: "validate-argocd",
  input: ValidateEventSchema,
  output: GateReportSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const withCluster = clusterOf(connectEks(), settings.STRATA_ENVIRONMENT);
    return {
      settings,
      objects: connectObjectStore(),
      metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
      ports: { withCluster },
    };
  },
  handle: (event, { settings, ports, ...outlets }, now) =>
    prove(event, GATES, ports, outlets, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
