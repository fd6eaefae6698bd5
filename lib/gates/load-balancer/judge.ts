import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { LoadBalancerExpectation } from "./expectation.ts";
import type { LoadBalancerFacts } from "./facts.ts";

export function judgeLoadBalancer(
  { service, address, ports }: LoadBalancerFacts,
  { namespace, service: name }: LoadBalancerExpectation,
): Finding[] {
  const subject = `Service ${namespace}/${name}`;
  const ask = question("load-balancer-address", subject, "type LoadBalancer with an address");
  if (!service.read) return [ask.unknown(service.problem)];
  if (!service.value) return [ask.pending("does not exist")];
  if (service.value.spec.type !== "LoadBalancer") return [ask.fail(`type ${service.value.spec.type}`)];
  if (!address) return [ask.pending("no address yet")];
  const reachable = question("load-balancer-reachable", `${subject} at ${address}`, "its TCP ports answer");
  if (ports.length === 0) return [ask.pass(address), reachable.fail("it has no TCP port")];
  return [
    ask.pass(address),
    ...ports.map(({ port, problem }) =>
      problem === undefined ? reachable.pass(`${port} answers`) : reachable.pending(`${port}: ${problem}`),
    ),
  ];
}
