import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { SERVICES } from "../../clients/kubernetes/resources.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { readable } from "../reading.ts";
import type { TargetsExpectation } from "./expectation.ts";
import { TargetsAnswerSchema, type TargetsFacts } from "./facts.ts";

/**
 * Prometheus is asked through the API server, which reaches every Service of the cluster: no address of it is open
 * to the outside, and the one right that this takes is for this Service alone.
 */
export const observeTargets = (
  { namespace, service, port }: TargetsExpectation,
  { withCluster }: { withCluster: WithCluster },
  { now }: Moment,
): Promise<TargetsFacts> =>
  withCluster(now, async (cluster) => {
    const place = { namespace, name: `${service}:${port}`, proxy: "api/v1/targets" };
    const answer = await attempt(cluster.get(SERVICES, place, TargetsAnswerSchema));
    return { targets: answer.read ? readable(answer.value?.data.activeTargets ?? null) : answer };
  });
