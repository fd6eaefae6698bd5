import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { signedGet, texts } from "./signed-get.ts";

export interface Target {
  /** An instance or an address, with its port: `10.0.1.7:443`. */
  readonly name: string;
  /** initial, healthy, unhealthy, unused, draining, unavailable … */
  readonly state: string;
  readonly reason: string | undefined;
}
export interface TargetGroup {
  readonly name: string;
  readonly targets: readonly Target[];
}
export interface Balancer {
  readonly name: string;
  /** network, application */
  readonly type: string;
  /** provisioning, active, active_impaired, failed */
  readonly state: string;
  readonly targetGroups: readonly TargetGroup[];
}
export interface LoadBalancing {
  /** The network or application load balancer with this DNS name; undefined if there is none in this account and region. */
  balancer(dnsName: string): Promise<Balancer | undefined>;
}

const VERSION = "2015-12-01";

/**
 * What Elastic Load Balancing knows of a load balancer and of the targets behind it. `endpoint` is what
 * AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2 or AWS_ENDPOINT_URL says.
 * @throws ConfigurationError (denied), DependencyUnavailableError (throttled, 5xx, silent)
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
 */
export function connectLoadBalancing(
  credentials: Provider<AwsCredentialIdentity>,
  region: string,
  endpoint: string = `https://elasticloadbalancing.${region}.amazonaws.com`,
): LoadBalancing {
  const get = signedGet({ service: "elasticloadbalancing", region, endpoint, credentials });
  const call = (Action: string, query: Record<string, string>): Promise<string> =>
    get("/", { Action, Version: VERSION, ...query });
  const targetGroups = async (arn: string): Promise<TargetGroup[]> => {
    const groups = await call("DescribeTargetGroups", { LoadBalancerArn: arn });
    const names = texts(groups, "TargetGroupName");
    return Promise.all(
      texts(groups, "TargetGroupArn").map(async (group, index) => ({
        name: names[index] ?? group,
        targets: targetsIn(await call("DescribeTargetHealth", { TargetGroupArn: group })),
      })),
    );
  };
  return {
    async balancer(dnsName) {
      let marker: string | undefined;
      do {
        const page = await call("DescribeLoadBalancers", marker ? { Marker: marker } : {});
        const found = balancerIn(page, dnsName);
        if (found) return { ...found, targetGroups: await targetGroups(found.arn) };
        marker = texts(page, "NextMarker")[0];
      } while (marker);
      return undefined;
    },
  };
}

/** Each load balancer has exactly one of each of these, so they are read column by column. */
function balancerIn(
  xml: string,
  dnsName: string,
): (Omit<Balancer, "targetGroups"> & { arn: string }) | undefined {
  const index = texts(xml, "DNSName").findIndex((name) => name.toLowerCase() === dnsName.toLowerCase());
  const [arn, type, name, state] = [
    texts(xml, "LoadBalancerArn")[index],
    texts(xml, "Type")[index],
    texts(xml, "LoadBalancerName")[index],
    texts(xml, "State")[index],
  ];
  if (index < 0 || !arn) return undefined;
  return {
    arn,
    type: type ?? "unknown",
    name: name ?? arn,
    state: texts(state ?? "", "Code")[0] ?? "unknown",
  };
}

function targetsIn(xml: string): Target[] {
  const health = texts(xml, "TargetHealth");
  return texts(xml, "Target").map((target, index) => ({
    name: [texts(target, "Id")[0], texts(target, "Port")[0]].filter(Boolean).join(":"),
    state: texts(health[index] ?? "", "State")[0] ?? "unknown",
    reason: texts(health[index] ?? "", "Reason")[0],
  }));
}
