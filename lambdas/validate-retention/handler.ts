import { connectLifecycles } from "../../lib/clients/bucket-lifecycle.ts";
import { connectEks } from "../../lib/clients/eks.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { defineGate } from "../../lib/gates/define-gate.ts";
import { prove } from "../../lib/gates/prove.ts";
import { RetentionExpectationSchema } from "../../lib/gates/retention/expectation.ts";
import { judgeRetention } from "../../lib/gates/retention/judge.ts";
import { observeRetention } from "../../lib/gates/retention/observe.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");
const GATES = [
  defineGate({
    kind: "retention",
    expectation: RetentionExpectationSchema,
    observe: observeRetention,
    judge: judgeRetention,
  }),
];

/** Do the buckets keep what Velero promises? */
export const handler = createHandler({
  name: "validate-retention",
  input: ValidateEventSchema,
  output: GateReportSchema,
  connect: (environment) => {
    const settings = readEnvironment(EnvironmentSchema, environment);
    const withCluster = clusterOf(connectEks(), settings.STRATA_ENVIRONMENT);
    const ports = { withCluster, lifecycles: connectLifecycles() };
    return {
      settings,
      objects: connectObjectStore(),
      metrics: embeddedMetrics("Strata", settings.STRATA_ENVIRONMENT),
      ports,
    };
  },
  handle: (event, { settings, ports, ...outlets }, now) =>
    prove(event, GATES, ports, outlets, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
