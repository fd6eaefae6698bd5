import { connectEks, type Eks } from "../../lib/clients/eks.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { clusterOf, type WithCluster } from "../../lib/clients/kubernetes/connect.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { defineGate, type Gate } from "../../lib/gates/define-gate.ts";
import { EksExpectationSchema } from "../../lib/gates/eks/expectation.ts";
import { judgeEks } from "../../lib/gates/eks/judge.ts";
import { observeEks } from "../../lib/gates/eks/observe.ts";
import { EndOfLifeExpectationSchema } from "../../lib/gates/end-of-life/expectation.ts";
import { judgeEndOfLife } from "../../lib/gates/end-of-life/judge.ts";
import { observeEndOfLife } from "../../lib/gates/end-of-life/observe.ts";
import { prove } from "../../lib/gates/prove.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES: readonly Gate<{ eks: Eks; withCluster: WithCluster }>[] = [
  defineGate({
    kind: "eks",
    expectation: EksExpectationSchema,
    observe: observeEks,
    judge: judgeEks,
  }),
  defineGate({
    kind: "end-of-life",
    expectation: EndOfLifeExpectationSchema,
    observe: observeEndOfLife,
    judge: (facts, expectation, now) => judgeEndOfLife(facts, expectation, now),
  }),
];

/** The cluster as AWS sees it, and for how long what runs in it is maintained. Only the latter asks the cluster's API. */
export const handler = createHandler({
  name: "validate-eks",
  input: ValidateEventSchema,
  output: GateReportSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const eks = connectEks();
    const withCluster = clusterOf(eks, settings.STRATA_ENVIRONMENT);
    return {
      settings,
      objects: connectObjectStore(),
      metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
      ports: { eks, withCluster },
    };
  },
  handle: (event, { settings, ports, ...outlets }, now) =>
    prove(event, GATES, ports, outlets, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
