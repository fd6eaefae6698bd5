import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { CUSTOM_RESOURCE_DEFINITIONS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { CrdsExpectation } from "./expectation.ts";
import { CrdSchema, type CrdsFacts } from "./facts.ts";

/** By name: a whole list of CRDs is megabytes of schemas. */
export const observeCrds = (
  { names }: CrdsExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<CrdsFacts> =>
  withCluster(now, async (cluster) => ({
    crds: await Promise.all(
      names.map(async (name) => ({
        name,
        crd: await attempt(cluster.get(CUSTOM_RESOURCE_DEFINITIONS, { name }, CrdSchema)),
      })),
    ),
  }));
