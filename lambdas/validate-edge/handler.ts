import { connectEks } from "../../lib/clients/eks.ts";
import { connectVisitor, type Visitor } from "../../lib/clients/http-probe.ts";
import { clusterOf, type WithCluster } from "../../lib/clients/kubernetes/connect.ts";
import { connectLoadBalancing, type LoadBalancing } from "../../lib/clients/load-balancing.ts";
import { connectDns, type Dns } from "../../lib/clients/resolver.ts";
import { connectRoute53, type Route53 } from "../../lib/clients/route53.ts";
import { connectProber, type Prober } from "../../lib/clients/tls-probe.ts";
import { defineGate, type Gate } from "../../lib/gates/define-gate.ts";
import { DnsExpectationSchema } from "../../lib/gates/dns/expectation.ts";
import { judgeDns } from "../../lib/gates/dns/judge.ts";
import { observeDns } from "../../lib/gates/dns/observe.ts";
import { EndpointExpectationSchema } from "../../lib/gates/endpoint/expectation.ts";
import { judgeEndpoint } from "../../lib/gates/endpoint/judge.ts";
import { observeEndpoint } from "../../lib/gates/endpoint/observe.ts";
import { LoadBalancerExpectationSchema } from "../../lib/gates/load-balancer/expectation.ts";
import { judgeLoadBalancer } from "../../lib/gates/load-balancer/judge.ts";
import { observeLoadBalancer } from "../../lib/gates/load-balancer/observe.ts";
import { environmentOf } from "../../lib/run/environment.ts";
import { createValidator } from "../create-validator.ts";

const EnvironmentSchema = environmentOf("STRATA_ENVIRONMENT", "STRATA_DOMAIN", "AWS_REGION");

interface Ports {
  readonly withCluster: WithCluster;
  readonly prober: Prober;
  readonly visitor: Visitor;
  readonly loadBalancing: LoadBalancing;
  readonly dns: Dns;
  readonly route53: Route53;
}
const GATES: readonly Gate<Ports>[] = [
  defineGate({
    kind: "load-balancer",
    expectation: LoadBalancerExpectationSchema,
    observe: observeLoadBalancer,
    judge: judgeLoadBalancer,
  }),
  defineGate({ kind: "dns", expectation: DnsExpectationSchema, observe: observeDns, judge: judgeDns }),
  defineGate({
    kind: "endpoint",
    expectation: EndpointExpectationSchema,
    observe: observeEndpoint,
    judge: judgeEndpoint,
  }),
];

/** Where visitors come in, whether its names lead there, and who answers them. */
export const handler = createValidator({
  name: "validate-edge",
  environment: EnvironmentSchema,
  gates: GATES,
  connect: (settings, environment) => {
    const eks = connectEks();
    const everywhere = environment.AWS_ENDPOINT_URL;
    const balancing = environment.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 ?? everywhere;
    return {
      withCluster: clusterOf(eks, settings.STRATA_ENVIRONMENT),
      prober: connectProber(),
      visitor: connectVisitor(),
      loadBalancing: connectLoadBalancing(eks.credentials, settings.AWS_REGION, balancing),
      dns: connectDns(),
      route53: connectRoute53(eks.credentials, environment.AWS_ENDPOINT_URL_ROUTE_53 ?? everywhere),
    };
  },
});
