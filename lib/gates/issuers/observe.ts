import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { CLUSTER_ISSUERS } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import type { IssuersExpectation } from "./expectation.ts";
import { IssuerSchema, type IssuersFacts } from "./facts.ts";

export const observeIssuers = (
  { names }: IssuersExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<IssuersFacts> =>
  withCluster(now, async (cluster) => ({
    issuers: await Promise.all(
      names.map(async (name) => ({
        name,
        issuer: await attempt(cluster.get(CLUSTER_ISSUERS, { name }, IssuerSchema)),
      })),
    ),
  }));
