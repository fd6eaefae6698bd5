import { AwsError } from "../../../aws/contract.ts";
import { type Attributes, ProviderError } from "../../contract.ts";
import { arnIn, isSomething, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { findResource, resourcesOf } from "./resource-store.ts";

/** What CloudWatch Logs offers, in days; 0 is for ever: API reference, PutRetentionPolicy. */
const RETENTIONS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const logGroup: AwsTypeSpec = {
  service: "CloudWatch Logs",
  type: "aws_cloudwatch_log_group",
  title: "CloudWatch Logs Log Group",
  calls: {
    create: "CreateLogGroup",
    read: "DescribeLogGroups",
    update: "PutRetentionPolicy",
    delete: "DeleteLogGroup",
  },
  forcesReplacement: ["name", "name_prefix", "log_group_class"],
  defaults: { retention_in_days: 0, skip_destroy: false },
  validate: (configuration) => {
    const days = configuration.retention_in_days;
    if (typeof days === "number" && !RETENTIONS.includes(days))
      throw new ProviderError(
        `expected retention_in_days to be one of [${RETENTIONS.join(" ")}], got ${days}`,
        ["retention_in_days"],
      );
  },
  identify: (planned, { mint }) =>
    text(planned, "name") || `${text(planned, "name_prefix") || "terraform-"}${mint.hex(26)}`,
  arn: (values, context) => arnIn(context, "logs", `log-group:${text(values, "id") || text(values, "name")}`),
  computed: (values) => ({
    name: values.id ?? null,
    name_prefix: text(values, "name_prefix"),
    deletion_protection_enabled: values.deletion_protection_enabled === true,
    log_group_class: text(values, "log_group_class") || "STANDARD",
  }),
  refuseCreate: (values, context) => {
    if (findResource(context.world, "aws_cloudwatch_log_group", text(values, "name")))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
  },
  refuseDelete: (values) => {
    if (values.deletion_protection_enabled === true)
      throw new AwsError("ValidationException", "Log group has deletion protection enabled");
  },
};

const SOURCES = [
  "eni_id",
  "regional_nat_gateway_id",
  "subnet_id",
  "transit_gateway_attachment_id",
  "transit_gateway_id",
  "vpc_id",
];

const DEFAULT_FORMAT =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format of flow logs is written like this
  "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

const sourceOf = (values: Attributes): string =>
  SOURCES.map((name) => text(values, name)).find((value) => value !== "") ?? "";

export const flowLog: AwsTypeSpec = {
  service: "EC2",
  type: "aws_flow_log",
  title: "Flow Log",
  calls: {
    create: "CreateFlowLogs",
    read: "DescribeFlowLogs",
    update: "CreateTags",
    delete: "DeleteFlowLogs",
  },
  forcesReplacement: [
    ...SOURCES,
    "deliver_cross_account_role",
    "destination_options",
    "iam_role_arn",
    "log_destination",
    "log_destination_type",
    "log_format",
    "max_aggregation_interval",
    "traffic_type",
  ],
  defaults: { log_destination_type: "cloud-watch-logs", max_aggregation_interval: 600 },
  validate: (configuration) => {
    if (!SOURCES.some((name) => isSomething(configuration[name])))
      throw new ProviderError(
        `Invalid combination of arguments\none of \`${SOURCES.join(",")}\` must be specified`,
      );
  },
  label: sourceOf,
  identify: (_, { mint }) => mint.ec2("fl"),
  arn: (values, context) => arnIn(context, "ec2", `vpc-flow-log/${text(values, "id")}`),
  computed: (values) => ({ log_format: text(values, "log_format") || DEFAULT_FORMAT }),
  refuseCreate: (values, context) => {
    const twin = resourcesOf(context.world, "aws_flow_log").some(
      (other) => sourceOf(other) === sourceOf(values) && other.log_destination === values.log_destination,
    );
    if (twin)
      throw new AwsError(
        "FlowLogAlreadyExists",
        `Error. There is an existing Flow Log with the same configuration and log destination.`,
      );
  },
};
