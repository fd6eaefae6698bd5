import { AwsError } from "../../../../aws/contract.ts";
import type { Attributes } from "../../../contract.ts";
import { arnIn, block, count, flag, text } from "../attributes.ts";
import type { AwsTypeSpec } from "../aws-type-spec.ts";
import { resourcesOf } from "../resource-store.ts";
import { EC2 } from "./vpc.ts";

/** What EC2 shows for metadata options that a template leaves out: nothing but what was given. */
const metadata = (values: Attributes): Attributes[string] => {
  const given = block(values, "metadata_options");
  if (!given) return [];
  return [
    {
      http_endpoint: text(given, "http_endpoint"),
      http_protocol_ipv6: text(given, "http_protocol_ipv6"),
      http_put_response_hop_limit: count(given, "http_put_response_hop_limit"),
      http_tokens: text(given, "http_tokens"),
      instance_metadata_tags: text(given, "instance_metadata_tags"),
    },
  ];
};

export const launchTemplate: AwsTypeSpec = {
  ...EC2,
  type: "aws_launch_template",
  title: "EC2 Launch Template",
  calls: {
    create: "CreateLaunchTemplate",
    read: "DescribeLaunchTemplates",
    update: "CreateLaunchTemplateVersion",
    delete: "DeleteLaunchTemplate",
  },
  forcesReplacement: ["name", "name_prefix"],
  changesOnUpdate: ["latest_version", "default_version"],
  computedBlocks: ["metadata_options"],
  identify: (_, { mint }) => mint.ec2("lt"),
  arn: (values, context) => arnIn(context, "ec2", `launch-template/${text(values, "id")}`),
  computed: (values, { mint }) => ({
    name: text(values, "name") || `${text(values, "name_prefix") || "terraform-"}${mint.hex(26)}`,
    name_prefix: text(values, "name_prefix"),
    default_version: 1,
    latest_version: 1,
    metadata_options: metadata(values),
  }),
  // A new version is made of any change but of tags; which one is the default follows it only when asked to.
  updated: (values, prior) => {
    const latest = count(prior, "latest_version") + 1;
    const follows = flag(values, "update_default_version");
    return { latest_version: latest, default_version: follows ? latest : count(prior, "default_version") };
  },
  refuseCreate: (values, context) => {
    const name = text(values, "name");
    if (name !== "" && resourcesOf(context.world, "aws_launch_template").some((other) => other.name === name))
      throw new AwsError(
        "InvalidLaunchTemplateName.AlreadyExistsException",
        `Launch template name already in use.`,
      );
  },
};
