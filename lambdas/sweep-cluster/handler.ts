import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { connectEks } from "../../lib/clients/eks.ts";
import { clusterOf } from "../../lib/clients/kubernetes/connect.ts";
import { SweepClusterEventSchema, SweepClusterResultSchema } from "../../lib/drift/messages.ts";
import { namespacesOf } from "../../lib/drift/namespaces.ts";
import { observeTouched } from "../../lib/drift/observe-cluster.ts";
import { environmentOf, readEnvironment } from "../../lib/run/environment.ts";
import { createHandler } from "../create-handler.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT");

/** What of the cluster terraform does not see: objects that a person has made or edited. */
export const handler = createHandler({
  name: "sweep-cluster",
  input: SweepClusterEventSchema,
  output: SweepClusterResultSchema,
  connect: (environment) => {
    const { STRATA_ENVIRONMENT } = readEnvironment(EnvironmentSchema, environment);
    return { withCluster: clusterOf(connectEks(), STRATA_ENVIRONMENT) };
  },
  handle: async ({ provenAt }, { withCluster }, now) => ({
    objects: await observeTouched(provenAt, namespacesOf(defineLayers(LAYERS)), withCluster, now),
  }),
});
