import { createHash } from "node:crypto";
import { z } from "zod";
import { strikes } from "../../world/faults.ts";
import { COLLECTIONS, type LoadBalancerRecord } from "../../world/records.ts";
import type { Json } from "../../world/world.ts";
import { AwsError } from "../contract.ts";
import { type Call, isoTime, operation } from "../service.ts";

const balancers = (call: Call): LoadBalancerRecord[] =>
  call.world.collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers).values();

const isActive = (call: Call, { activeAt }: LoadBalancerRecord): boolean =>
  call.world.clock.now() >= activeAt;

function describe(call: Call, record: LoadBalancerRecord): Json {
  return {
    LoadBalancerArn: record.arn,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: record.hostedZoneId,
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    State: { Code: isActive(call, record) ? "active" : "provisioning" },
    Type: record.type,
    CreatedTime: isoTime(record.activeAt),
    IpAddressType: "ipv4",
    AvailabilityZones: record.addresses.map((IpAddress, index) => ({
      ZoneName: `${call.region}${"abc"[index % 3]}`,
      LoadBalancerAddresses: [{ IpAddress }],
    })),
  };
}

/** Every network balancer of the world has one target group, whose targets are its nodes: as the ingress controller's. */
function targetGroupArn(record: LoadBalancerRecord): string {
  const digest = createHash("sha256").update(record.arn).digest("hex").slice(0, 16);
  const [prefix] = record.arn.split(":loadbalancer/");
  return `${prefix}:targetgroup/${record.name.slice(0, 32)}/${digest}`;
}

/** Fault `targets-unhealthy`: the balancer is active, and nothing behind it passes a health check. */
function healthOf(call: Call, record: LoadBalancerRecord): { [name: string]: string } {
  if (!isActive(call, record)) return { State: "initial", Reason: "Elb.RegistrationInProgress" };
  if (strikes(call.world, "targets-unhealthy", () => true))
    return { State: "unhealthy", Reason: "Target.FailedHealthChecks" };
  return { State: "healthy" };
}

export const elasticloadbalancing = {
  DescribeLoadBalancers: operation(
    z.object({ LoadBalancerArns: z.array(z.string()).optional(), Names: z.array(z.string()).optional() }),
    (call, { LoadBalancerArns, Names }) => {
      call.allow("elasticloadbalancing:DescribeLoadBalancers", "*");
      const wanted = balancers(call).filter(
        ({ arn, name }) =>
          (LoadBalancerArns?.includes(arn) ?? true) && (Names === undefined || Names.includes(name)),
      );
      const asked = (LoadBalancerArns?.length ?? 0) + (Names?.length ?? 0);
      if (wanted.length < asked)
        throw new AwsError("LoadBalancerNotFound", "One or more load balancers not found");
      return { LoadBalancers: wanted.map((record) => describe(call, record)) };
    },
  ),
  DescribeTargetGroups: operation(z.object({ LoadBalancerArn: z.string().optional() }), (call, input) => {
    call.allow("elasticloadbalancing:DescribeTargetGroups", "*");
    const wanted = balancers(call).filter(
      ({ arn, type }) => (input.LoadBalancerArn ?? arn) === arn && type === "network",
    );
    return {
      TargetGroups: wanted.map((record) => ({
        TargetGroupArn: targetGroupArn(record),
        TargetGroupName: record.name.slice(0, 32),
        Protocol: "TCP",
        Port: 443,
        LoadBalancerArns: [record.arn],
        TargetType: "ip",
      })),
    };
  }),
  DescribeTargetHealth: operation(z.object({ TargetGroupArn: z.string() }), (call, { TargetGroupArn }) => {
    call.allow("elasticloadbalancing:DescribeTargetHealth", "*");
    const record = balancers(call).find((balancer) => targetGroupArn(balancer) === TargetGroupArn);
    if (!record) throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
    const health = healthOf(call, record);
    return {
      TargetHealthDescriptions: record.addresses.map((Id) => ({
        Target: { Id, Port: 443 },
        TargetHealth: health,
      })),
    };
  }),
};
