/**
 * Records that only the simulated AWS writes. Kinds that other parts of the twin read as well stand in
 * `world/records.ts`. Times are virtual milliseconds.
 */
import type { Json } from "../world/world.ts";

export const AWS_COLLECTIONS = {
  /** key: table name */
  tables: "dynamodb.tables",
  /** key: `<table>` and the key's values, JSON */
  items: "dynamodb.items",
  /** key: topic ARN */
  topics: "sns.topics",
  /** key: subscription ARN; functions only */
  subscriptions: "sns.subscriptions",
  /** key: queue ARN */
  queues: "sqs.queues",
  /** key: `<queue ARN>/<sequence>` */
  messages: "sqs.messages",
  /** key: rule name */
  rules: "events.rules",
  /** key: schedule name */
  schedules: "scheduler.schedules",
  /** key: `<event time>/<event id>`, what was put on or emitted to the default bus */
  events: "events.events",
  /** key: function name, then logical id of the statement */
  permissions: "lambda.permissions",
  /** key: `<function name>:<version>` */
  versions: "lambda.versions",
  /** key: function name */
  invokeConfigs: "lambda.invoke-configs",
  /** key: managed policy ARN */
  managedPolicies: "iam.managed-policies",
  /** key: alias name, `alias/…` */
  aliases: "kms.aliases",
  /** key: upload id */
  uploads: "s3.uploads",
  /** key: idempotency token */
  buildTokens: "codebuild.tokens",
  /** key: stack name */
  stacks: "cloudformation.stacks",
  /** key: `<api id>/<integration id>` */
  httpIntegrations: "apigateway.integrations",
  /** key: `<api id>/<route key>` */
  httpRoutes: "apigateway.routes",
  /** key: alarm name */
  alarms: "cloudwatch.alarms",
  /** key: namespace, metric and dimensions; from functions' logs */
  metricData: "cloudwatch.metric-data",
  /** key: `<time>/<source>/<call>/<resource>`; what CloudTrail's event history knows */
  trail: "cloudtrail.events",
  /** key: `<namespace>/<metric>/<sequence>` */
  metrics: "cloudwatch.metrics",
} as const;

export interface TableRecord {
  name: string;
  arn: string;
  partitionKey: string;
  sortKey?: string;
  /** Attribute that holds the expiry in epoch seconds; DynamoDB deletes "within a few days", so the twin never does. */
  ttlAttribute?: string;
  indexes: Record<string, { partitionKey: string; sortKey?: string }>;
  tags: Record<string, string>;
}

export interface TopicRecord {
  arn: string;
  name: string;
  displayName: string;
  /** Of the key that encrypts messages at rest: publishing needs it. */
  kmsKey?: string;
  /** Resource policy, when the template has one. */
  policy?: Json;
}

/** A function that hears what is published to a topic. */
export interface SubscriptionRecord {
  arn: string;
  topicArn: string;
  endpoint: string;
}

/** What Publish leaves in `COLLECTIONS.notifications`. */
export interface NotificationRecord {
  messageId: string;
  topicArn: string;
  subject?: string;
  message: string;
  messageAttributes: Record<string, { type: string; value: string }>;
  at: number;
}

export interface TargetRecord {
  id: string;
  arn: string;
  roleArn?: string;
  input?: string;
  inputPath?: string;
  inputTransformer?: { inputPathsMap: Record<string, string>; inputTemplate: string };
  /** Of delivery, not of what the target makes of it. A target that refuses is not asked again. */
  maximumRetryAttempts?: number;
  deadLetterArn?: string;
}

export interface AlarmRecord {
  name: string;
  arn: string;
  description: string;
  /** Keys in `metricData`; of several, the sum counts, and what is missing there is nothing. */
  metrics: string[];
  statistic: string;
  comparison: string;
  threshold: number;
  periodMilliseconds: number;
  periods: number;
  missing: "breaching" | "notBreaching" | "ignore" | "missing";
  alarmActions: string[];
  okActions: string[];
  createdAt: number;
  state: "INSUFFICIENT_DATA" | "OK" | "ALARM";
}

export interface DatumRecord {
  /** Oldest first. */
  data: { at: number; value: number }[];
}

export interface RuleRecord {
  name: string;
  arn: string;
  enabled: boolean;
  eventPattern?: Json;
  scheduleExpression?: string;
  /** IANA name; the Scheduler's only. */
  timeZone?: string;
  targets: TargetRecord[];
}

export interface HttpRouteRecord {
  apiId: string;
  /** `<method> <path>`, with `{names}` in the path. */
  routeKey: string;
  functionArn: string;
}

export interface PermissionRecord {
  functionName: string;
  /** The version or alias that the statement is for; the function itself without it. */
  qualifier?: string;
  action: string;
  principal: string;
  sourceArn?: string;
  sourceAccount?: string;
}

export interface InvokeConfigRecord {
  functionName: string;
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  onFailure?: string;
}

export interface ParameterRecord {
  name: string;
  arn: string;
  type: "String" | "StringList" | "SecureString";
  value: string;
  version: number;
  lastModified: number;
}

export interface KeyRecord {
  id: string;
  arn: string;
  description: string;
  enabled: boolean;
  /** Somebody has scheduled its deletion. What terraform deletes is forgotten at once. */
  pendingDeletion?: boolean;
  /** KMS's name for what the key is for. */
  usage: "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC";
  spec: string;
  policy?: Json;
  controlPlane: boolean;
}
