import { connectEks } from "../../lib/clients/eks.ts";
import { embeddedMetrics } from "../../lib/clients/embedded-metrics.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { connectObjectStore } from "../../lib/clients/object-store.ts";
import { CLUSTER_GATES } from "../../lib/gates/cluster-gates.ts";
import { prove } from "../../lib/gates/prove.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { GateReportSchema, ValidateEventSchema } from "../../lib/run/messages.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");

/** What runs in the cluster, and what the next layers need of it. */
export const handler = createHandler({
  name: "validate-workloads",
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
    prove(event, CLUSTER_GATES, ports, outlets, {
      environment: settings.STRATA_ENVIRONMENT,
      domain: settings.STRATA_DOMAIN,
      now,
    }),
});
