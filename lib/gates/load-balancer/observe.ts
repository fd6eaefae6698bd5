import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import type { LoadBalancing } from "../../clients/load-balancing.ts";
import type { Prober } from "../../clients/tls-probe.ts";
import type { Moment } from "../define-gate.ts";
import type { LoadBalancerExpectation } from "./expectation.ts";
import type { LoadBalancerFacts, PortFact } from "./facts.ts";
import { findEdge } from "./find-edge.ts";

const HTTPS = 443;

/** The edge as the cluster says, as AWS sees it, and as a visitor finds it. */
export async function observeLoadBalancer(
  { namespace }: LoadBalancerExpectation,
  ports: { withCluster: WithCluster; prober: Prober; loadBalancing: LoadBalancing },
  { now }: Moment,
): Promise<LoadBalancerFacts> {
  const { withCluster, prober, loadBalancing } = ports;
  const edge = await withCluster(now, (cluster) => findEdge(cluster, namespace));
  const found = edge.read ? edge.value.find(({ address }) => address !== undefined) : undefined;
  if (!found?.address) return { edge, balancer: undefined, ports: [] };
  const { address } = found;
  const [balancer, answered] = await Promise.all([
    loadBalancing.balancer(address),
    Promise.all(found.ports.map((port) => look(prober, address, port))),
  ]);
  return { edge, balancer, ports: answered };
}

/** On 443 a TLS handshake, whatever the certificate: a port that is open before the proxy is up completes none. */
async function look(prober: Prober, address: string, port: number): Promise<PortFact> {
  if (port !== HTTPS) return { port, problem: await prober.tcp(address, port) };
  const probe = await prober.tls(address, port);
  return { port, problem: probe.reached ? undefined : probe.problem };
}
