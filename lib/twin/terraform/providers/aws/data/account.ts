import { createHash } from "node:crypto";
import { callerArn, isRoot } from "../../../../aws/arn.ts";
import {
  type Attributes,
  type DataSourceType,
  type ProviderContext,
  ProviderError,
} from "../../../contract.ts";
import { blocks, text, texts } from "../attributes.ts";
import { zoneId } from "../ec2/zones.ts";
import { awsData } from "./aws-data.ts";

/** Zones by region where there are not three: AWS global infrastructure, regions and availability zones. */
const ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "abcdef",
  "us-west-2": "abcd",
  "ap-northeast-1": "acd",
  "ap-northeast-2": "abcd",
};

const REGION_NAMES: Readonly<Record<string, string>> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-2": "US West (Oregon)",
  "eu-west-1": "Europe (Ireland)",
  "eu-central-1": "Europe (Frankfurt)",
  "eu-north-1": "Europe (Stockholm)",
};

const userId = ({ principal, aws }: ProviderContext): string => {
  if (isRoot(principal.roleArn)) return aws.accountId;
  const digits = createHash("sha256").update(principal.roleArn).digest("hex").slice(0, 17).toUpperCase();
  return `AROA${digits}:${principal.sessionName}`;
};

export const callerIdentity = awsData("aws_caller_identity", "STS Caller Identity", "STS", (_, context) => ({
  id: context.aws.accountId,
  account_id: context.aws.accountId,
  arn: callerArn(context.principal),
  user_id: userId(context),
}));

export const partition = awsData("aws_partition", "Partition", "Meta", () => ({
  id: "aws",
  partition: "aws",
  dns_suffix: "amazonaws.com",
  reverse_dns_prefix: "com.amazonaws",
}));

export const region = awsData("aws_region", "Region", "Meta", (given, context) => {
  const name = text(given, "region") || text(given, "name") || context.region;
  return {
    id: name,
    name,
    region: name,
    description: REGION_NAMES[name] ?? name,
    endpoint: `ec2.${name}.amazonaws.com`,
  };
});

/** Filters that every zone of the model passes; another value finds none. */
const ZONE_FILTERS: Readonly<Record<string, (zone: string) => string>> = {
  "opt-in-status": () => "opt-in-not-required",
  "zone-type": () => "availability-zone",
  state: () => "available",
  "zone-name": (zone) => zone,
  "zone-id": zoneId,
  "region-name": (zone) => zone.slice(0, -1),
};

function passes(zone: string, filter: Attributes): boolean {
  const name = text(filter, "name");
  const value = ZONE_FILTERS[name];
  if (!value)
    throw new ProviderError(
      `reading EC2 Availability Zones: api error InvalidParameterValue: The filter '${name}' is invalid`,
    );
  return texts(filter, "values").includes(value(zone));
}

export const availabilityZones: DataSourceType = awsData(
  "aws_availability_zones",
  "EC2 Availability Zones",
  "EC2",
  (given, context) => {
    const excluded = [...texts(given, "exclude_names"), ...texts(given, "exclude_zone_ids")];
    const names = [...(ZONES[context.region] ?? "abc")]
      .map((letter) => `${context.region}${letter}`)
      .filter((zone) => !excluded.includes(zone) && !excluded.includes(zoneId(zone)))
      .filter((zone) => blocks(given, "filter").every((filter) => passes(zone, filter)))
      .filter(() => (text(given, "state") || "available") === "available");
    return {
      id: context.region,
      names,
      zone_ids: names.map(zoneId),
      group_names: names.length > 0 ? [`${context.region}-zg-1`] : [],
    };
  },
);
