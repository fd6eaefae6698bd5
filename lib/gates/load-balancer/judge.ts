import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { LoadBalancerExpectation } from "./expectation.ts";
import type { Balancer, EdgeAddress, LoadBalancerFacts, Target, TargetGroup } from "./facts.ts";

export function judgeLoadBalancer(
  { edge, balancer, ports }: LoadBalancerFacts,
  { namespace }: LoadBalancerExpectation,
): Finding[] {
  const ask = question(
    "load-balancer-address",
    `namespace ${namespace}`,
    "one load balancer with an address",
  );
  if (!edge.read) return [ask.unknown(edge.problem)];
  const addresses = [...new Set(edge.value.flatMap(({ address }) => (address ? [address] : [])))];
  const nameless = edge.value.find(({ address }) => address === undefined);
  if (addresses.length > 1) return [ask.fail(edge.value.map(describe).join(", "))];
  if (nameless) return [ask.pending(`${nameless.source} has no address yet`)];
  const [address] = addresses;
  if (!address) return [ask.pending("no Service of type LoadBalancer, no Gateway and no Ingress")];
  return [
    ask.pass(edge.value.map(describe).join(", ")),
    ...judgeBalancer(address, balancer),
    ...judgePorts(address, ports),
  ];
}

const describe = ({ source, address }: EdgeAddress): string => `${source} at ${address ?? "no address"}`;

/** An address is given out minutes before anything answers there. */
function judgeBalancer(address: string, balancer: Balancer | undefined): Finding[] {
  const ask = question("load-balancer-active", `load balancer ${address}`, "active");
  if (!balancer) return [ask.pending("Elastic Load Balancing knows none of that name")];
  const { type, state, targetGroups } = balancer;
  if (state === "failed") return [ask.fail(state)];
  if (state !== "active") return [ask.pending(state)];
  const none = question("load-balancer-targets", `load balancer ${address}`, "target groups");
  if (targetGroups.length > 0) return [ask.pass(state), ...targetGroups.map(judgeTargets)];
  // One of the application type answers by its own rules until an application comes.
  return [ask.pass(state), type === "application" ? none.pass("none yet") : none.pending("none")];
}

/** Changes by themselves; everything else is healthy or is not. */
const ON_THE_WAY: readonly string[] = ["initial", "draining", "unhealthy.draining"];

/**
 * One healthy target carries visitors, so one is enough: with `externalTrafficPolicy: Local` the nodes without a
 * proxy are unhealthy by design. A group with none at all refuses everybody, whatever the balancer's state says.
 */
function judgeTargets({ name, targets }: TargetGroup): Finding {
  const ask = question("load-balancer-targets", `target group ${name}`, "at least one healthy target");
  if (targets.length === 0) return ask.pending("no targets are registered");
  const healthy = targets.filter(({ state }) => state === "healthy").length;
  const observed = `${healthy} of ${targets.length} healthy`;
  if (healthy > 0) return ask.pass(observed);
  const worst = targets.find(({ state }) => !ON_THE_WAY.includes(state)) ?? targets[0];
  return ask.pending(`${observed}; ${worst ? describeTarget(worst) : ""}`);
}

const describeTarget = ({ name, state, reason }: Target): string =>
  `${name} is ${state}${reason ? ` (${reason})` : ""}`;

function judgePorts(address: string, ports: LoadBalancerFacts["ports"]): Finding[] {
  const ask = question("load-balancer-reachable", `load balancer ${address}`, "its TCP ports answer");
  if (ports.length === 0) return [ask.fail("it has no TCP port")];
  return ports.map(({ port, problem }) =>
    problem === undefined ? ask.pass(`${port} answers`) : ask.pending(`${port}: ${problem}`),
  );
}
