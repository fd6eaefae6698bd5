import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import { firstProblem } from "../reading.ts";
import { judgeDaemonSet, judgeDeployment, judgeStatefulSet } from "./controllers.ts";
import type { WorkloadsExpectation } from "./expectation.ts";
import type { NamespaceFacts, WorkloadsFacts } from "./facts.ts";
import { judgePod } from "./pods.ts";
import { judgeSupport } from "./supports.ts";

export const judgeWorkloads = (
  { namespaces }: WorkloadsFacts,
  _expectation: WorkloadsExpectation,
  now: Date,
): Finding[] => namespaces.flatMap((facts) => judgeNamespace(facts, "fail", now));

/**
 * Everything that runs in one namespace. `empty` is what an empty namespace means: a failure after an apply that
 * waited for its releases, a matter of waiting where somebody else creates the objects.
 */
export function judgeNamespace(facts: NamespaceFacts, empty: "fail" | "pending", now: Date): Finding[] {
  const { namespace, deployments, statefulSets, daemonSets, pods, supports } = facts;
  const ask = question("workloads-present", `namespace ${namespace}`, "at least one workload");
  const problem = firstProblem(deployments, statefulSets, daemonSets, pods, supports);
  if (!deployments.read || !statefulSets.read || !daemonSets.read || !pods.read || !supports.read)
    return [ask.unknown(problem ?? "unreadable")];
  const controllers = [
    ...deployments.value.map(judgeDeployment),
    ...statefulSets.value.map(judgeStatefulSet),
    ...daemonSets.value.map(judgeDaemonSet),
  ];
  if (controllers.length === 0) return [ask[empty]("none")];
  return [
    ask.pass(`${controllers.length}`),
    ...controllers,
    ...pods.value.flatMap((pod) => judgePod(pod, now) ?? []),
    ...supports.value.flatMap((support) => judgeSupport(support, now) ?? []),
  ];
}
