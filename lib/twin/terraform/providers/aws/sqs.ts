import { AwsError } from "../../../aws/contract.ts";
import type { ProviderContext } from "../../contract.ts";
import { arnIn, count, nameOrPrefixed, text } from "./attributes.ts";
import type { AwsTypeSpec } from "./aws-type-spec.ts";
import { findResource } from "./resource-store.ts";

const queueUrl = (name: string, context: ProviderContext): string =>
  `https://sqs.${context.region}.amazonaws.com/${context.aws.accountId}/${name}`;

export const queue: AwsTypeSpec = {
  service: "SQS",
  type: "aws_sqs_queue",
  title: "SQS Queue",
  calls: {
    create: "CreateQueue",
    read: "GetQueueAttributes",
    update: "SetQueueAttributes",
    delete: "DeleteQueue",
  },
  forcesReplacement: ["fifo_queue", "name", "name_prefix"],
  defaults: {
    content_based_deduplication: false,
    delay_seconds: 0,
    fifo_queue: false,
    // 1 MiB since August 2025: SQS quotas.
    max_message_size: 1_048_576,
    message_retention_seconds: 345_600,
    receive_wait_time_seconds: 0,
    visibility_timeout_seconds: 30,
  },
  policies: ["policy"],
  documents: ["redrive_policy", "redrive_allow_policy"],
  identify: (planned, { context, mint }) => queueUrl(nameOrPrefixed(planned, mint.hex(26)), context),
  arn: (values, context) =>
    arnIn(context, "sqs", text(values, "id").split("/").at(-1) || text(values, "name")),
  computed: (values) => ({
    name: text(values, "id").split("/").at(-1) ?? "",
    name_prefix: text(values, "name_prefix"),
    deduplication_scope: "",
    fifo_throughput_limit: "",
    kms_data_key_reuse_period_seconds: count(values, "kms_data_key_reuse_period_seconds") || 300,
    policy: text(values, "policy"),
    redrive_allow_policy: text(values, "redrive_allow_policy"),
    redrive_policy: text(values, "redrive_policy"),
    sqs_managed_sse_enabled: values.sqs_managed_sse_enabled ?? text(values, "kms_master_key_id") === "",
    url: values.id ?? null,
  }),
  refuseCreate: (values, context) => {
    if (findResource(context.world, "aws_sqs_queue", queueUrl(text(values, "name"), context)))
      throw new AwsError(
        "QueueAlreadyExists",
        `A queue already exists with the same name and a different value for attribute VisibilityTimeout`,
      );
  },
};

export const queuePolicy: AwsTypeSpec = {
  service: "SQS",
  type: "aws_sqs_queue_policy",
  title: "SQS Queue Policy",
  calls: {
    create: "SetQueueAttributes",
    read: "GetQueueAttributes",
    update: "SetQueueAttributes",
    delete: "SetQueueAttributes",
  },
  forcesReplacement: ["queue_url"],
  policies: ["policy"],
  label: (values) => text(values, "queue_url"),
  identify: (planned) => text(planned, "queue_url"),
  refuseCreate: (values, context) => {
    if (!findResource(context.world, "aws_sqs_queue", text(values, "queue_url")))
      throw new AwsError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.");
  },
};
