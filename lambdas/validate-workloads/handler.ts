import { connectEks } from "../../lib/clients/eks.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { CLUSTER_GATES } from "../../lib/gates/cluster-gates.ts";
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN");

/** What runs in the cluster, and what the next layers need of it. */
export const handler = createValidator({
  name: "validate-workloads",
  environment: EnvironmentSchema,
  gates: CLUSTER_GATES,
  connect: ({ STRATA_ENVIRONMENT }) => ({ withCluster: clusterOf(connectEks(), STRATA_ENVIRONMENT) }),
});
