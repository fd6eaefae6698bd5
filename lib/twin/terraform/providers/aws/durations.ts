/**
 * How long one operation of a type lasts, in seconds: the typical case.
 * @see docs/latencies.md, "AWS resources": logs of real applies 2022 to 2026 where not marked "estimate"
 */
interface Durations {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

const lasts = (create: number, update: number, del: number): Durations => ({ create, update, delete: del });

/** S3's configuration calls answer in 0 to 2 s each. */
const SETTING = lasts(1, 1, 1);

export const DURATIONS: Readonly<Record<string, Durations>> = {
  // 12 to 15 s with DNS hostnames on, which is one more call and its propagation; see ec2/vpc.ts.
  aws_vpc: lasts(6, 2, 1),
  aws_subnet: lasts(1, 1, 1),
  aws_route_table: lasts(1, 1, 1),
  aws_route: lasts(1, 1, 1),
  aws_route_table_association: lasts(1, 1, 1),
  aws_internet_gateway: lasts(1, 1, 1),
  aws_eip: lasts(2, 1, 1),
  // 1m25s to 2m05s; deletion 50 s to 1m19s.
  aws_nat_gateway: lasts(100, 1, 60),
  aws_security_group: lasts(3, 2, 1),
  aws_default_security_group: lasts(3, 2, 0),
  aws_security_group_rule: lasts(4, 2, 1),
  aws_vpc_security_group_ingress_rule: lasts(4, 2, 1),
  aws_vpc_security_group_egress_rule: lasts(4, 2, 1),
  // A gateway endpoint; an interface endpoint lasts 70/20/60 s (estimate), see ec2/endpoints.ts.
  aws_vpc_endpoint: lasts(6, 6, 6),
  // Estimate: active within seconds when both sides belong to one account.
  aws_vpc_peering_connection: lasts(5, 1, 2),
  aws_vpc_peering_connection_accepter: lasts(5, 1, 0),
  aws_vpc_peering_connection_options: lasts(1, 1, 0),
  // AWS: nine minutes on average; logs 7m27s to 11m03s. An update of endpoint, logging or access mode 3 minutes.
  aws_eks_cluster: lasts(560, 180, 150),
  // Two to three nodes; an update replaces nodes one by one, see eks/node-group.ts.
  aws_eks_node_group: lasts(120, 240, 380),
  aws_eks_addon: lasts(24, 30, 9),
  aws_eks_access_entry: lasts(2, 1, 1),
  aws_eks_access_policy_association: lasts(1, 1, 1),
  aws_eks_pod_identity_association: lasts(1, 1, 1),
  aws_launch_template: lasts(1, 1, 1),
  aws_iam_openid_connect_provider: lasts(3, 1, 1),
  aws_iam_role: lasts(1, 1, 1),
  aws_iam_policy: lasts(1, 1, 1),
  aws_iam_role_policy: lasts(1, 1, 1),
  aws_iam_role_policy_attachment: lasts(0, 1, 1),
  // The provider waits until the change is INSYNC.
  aws_route53_zone: lasts(38, 1, 35),
  aws_route53_record: lasts(35, 35, 35),
  // Estimate; AWS issues minutes after it has seen the record, half an hour at most.
  aws_acm_certificate: lasts(5, 1, 1),
  aws_acm_certificate_validation: lasts(120, 1, 0),
  aws_route53_health_check: lasts(1, 1, 1),
  aws_cloudwatch_metric_alarm: lasts(1, 1, 1),
  // Estimate: the provider tries again while AWS WAF has not heard of its own web ACL everywhere.
  aws_wafv2_web_acl: lasts(3, 3, 2),
  aws_wafv2_web_acl_association: lasts(5, 1, 2),
  aws_wafv2_web_acl_logging_configuration: lasts(1, 1, 1),
  aws_kms_key: lasts(21, 10, 0),
  aws_kms_alias: lasts(1, 1, 1),
  aws_kms_key_policy: lasts(1, 1, 1),
  aws_s3_bucket: lasts(5, 1, 1),
  aws_s3_bucket_versioning: lasts(2, 1, 1),
  aws_s3_bucket_server_side_encryption_configuration: SETTING,
  aws_s3_bucket_public_access_block: SETTING,
  aws_s3_bucket_policy: SETTING,
  aws_s3_bucket_ownership_controls: SETTING,
  aws_s3_bucket_logging: SETTING,
  aws_s3_bucket_replication_configuration: SETTING,
  // Waits until several reads in a row agree.
  aws_s3_bucket_lifecycle_configuration: lasts(57, 40, 1),
  aws_guardduty_detector: lasts(2, 2, 1),
  aws_guardduty_detector_feature: lasts(1, 1, 0),
  aws_backup_vault: lasts(1, 1, 1),
  aws_backup_vault_lock_configuration: lasts(1, 1, 1),
  aws_backup_plan: lasts(1, 1, 1),
  aws_backup_selection: lasts(1, 1, 1),
  aws_flow_log: lasts(1, 1, 1),
  aws_ssm_parameter: lasts(1, 1, 1),
  aws_sns_topic: lasts(1, 1, 1),
  aws_sns_topic_policy: lasts(1, 1, 1),
  aws_sns_topic_subscription: lasts(1, 1, 1),
  // Estimate: the provider waits 25 s for a queue's attributes to propagate, and again when it is deleted.
  aws_sqs_queue: lasts(26, 26, 4),
  aws_sqs_queue_policy: lasts(26, 26, 26),
  aws_cloudwatch_log_group: lasts(1, 1, 1),
  aws_cloudwatch_event_rule: lasts(1, 1, 1),
  aws_cloudwatch_event_target: lasts(1, 1, 1),
};

/** Milliseconds; a type without an entry lasts a second, as most calls of the provider do. */
export const durationOf = (type: string, phase: keyof Durations): number =>
  (DURATIONS[type]?.[phase] ?? 1) * 1000;
