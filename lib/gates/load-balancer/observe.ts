import type { WithCluster } from "../../clients/kubernetes/connect.ts";
import { SERVICES } from "../../clients/kubernetes/resources.ts";
import type { Prober } from "../../clients/tls-probe.ts";
import type { Moment } from "../define-gate.ts";
import { attempt } from "../observing.ts";
import { readable } from "../reading.ts";
import type { LoadBalancerExpectation } from "./expectation.ts";
import { type LoadBalancerFacts, type PortFact, ServiceSchema } from "./facts.ts";

const HTTPS = 443;

export async function observeLoadBalancer(
  { namespace }: LoadBalancerExpectation,
  { withCluster, prober }: { withCluster: WithCluster; prober: Prober },
  { now }: Moment,
): Promise<LoadBalancerFacts> {
  const listed = await withCluster(now, (cluster) =>
    attempt(cluster.list(SERVICES, { namespace }, ServiceSchema)),
  );
  const services = listed.read
    ? readable(listed.value.filter(({ spec }) => spec.type === "LoadBalancer"))
    : listed;
  const found = services.read ? services.value[0] : undefined;
  const ingress = found?.status?.loadBalancer?.ingress?.[0];
  const address = ingress?.hostname ?? ingress?.ip;
  const wanted = address && found ? found.spec.ports.filter(({ protocol }) => protocol === "TCP") : [];
  const ports = await Promise.all(wanted.map(({ port }) => look(prober, address ?? "", port)));
  return { services, address, ports };
}

/** On 443 a TLS handshake, whatever the certificate: a port that is open before the proxy is up completes none. */
async function look(prober: Prober, address: string, port: number): Promise<PortFact> {
  if (port !== HTTPS) return { port, problem: await prober.tcp(address, port) };
  const probe = await prober.tls(address, port);
  return { port, problem: probe.reached ? undefined : probe.problem };
}
