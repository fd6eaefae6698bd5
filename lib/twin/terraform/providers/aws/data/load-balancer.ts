import { COLLECTIONS, type LoadBalancerRecord } from "../../../../world/records.ts";
import { ProviderError } from "../../../contract.ts";
import { strings, text } from "../attributes.ts";
import { awsData } from "./aws-data.ts";
import { hasTags } from "./tag-match.ts";

export const loadBalancer = awsData(
  "aws_lb",
  "ELBv2 Load Balancer",
  "Elastic Load Balancing v2",
  (given, { world }) => {
    const found = world
      .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
      .values()
      .filter((balancer) => text(given, "name") === "" || balancer.name === text(given, "name"))
      .filter((balancer) => text(given, "arn") === "" || balancer.arn === text(given, "arn"))
      .filter((balancer) => hasTags(balancer.tags, strings(given, "tags")));
    const [balancer] = found;
    if (!balancer || found.length > 1)
      throw new ProviderError(
        `Search returned ${found.length} results, please revise so only one is returned`,
      );
    return {
      id: balancer.arn,
      arn: balancer.arn,
      arn_suffix: balancer.arn.split(":loadbalancer/")[1] ?? "",
      name: balancer.name,
      dns_name: balancer.dnsName,
      zone_id: balancer.hostedZoneId,
      load_balancer_type: balancer.type,
      internal: balancer.scheme === "internal",
      ip_address_type: "ipv4",
      tags: balancer.tags,
    };
  },
  "DescribeLoadBalancers",
);
