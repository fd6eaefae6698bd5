import type { Finding } from "../../run/finding.ts";
import { question } from "../question.ts";
import type { LoadBalancerExpectation } from "./expectation.ts";
import type { LoadBalancerFacts } from "./facts.ts";

export function judgeLoadBalancer(
  { services, address, ports }: LoadBalancerFacts,
  { namespace }: LoadBalancerExpectation,
): Finding[] {
  const ask = question(
    "load-balancer-address",
    `namespace ${namespace}`,
    "one Service of type LoadBalancer with an address",
  );
  if (!services.read) return [ask.unknown(services.problem)];
  const [service, ...others] = services.value;
  if (!service) return [ask.pending("there is none")];
  const { name } = service.metadata;
  if (others.length > 0)
    return [ask.fail(`there are ${[service, ...others].map((one) => one.metadata.name).join(", ")}`)];
  if (!address) return [ask.pending(`${name} has no address yet`)];
  const reachable = question(
    "load-balancer-reachable",
    `Service ${namespace}/${name} at ${address}`,
    "its TCP ports answer",
  );
  const found = ask.pass(`${name} at ${address}`);
  if (ports.length === 0) return [found, reachable.fail("it has no TCP port")];
  return [
    found,
    ...ports.map(({ port, problem }) =>
      problem === undefined ? reachable.pass(`${port} answers`) : reachable.pending(`${port}: ${problem}`),
    ),
  ];
}
