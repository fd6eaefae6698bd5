import * as encryption from "./encryption.ts";
import { add, type Mutation, remove, rewrite, set } from "./mutate.ts";
import * as names from "./names.ts";
import * as permissions from "./permissions.ts";
import type { PlannedRule } from "./platform.ts";
import * as reach from "./reach.ts";
import * as workloads from "./workloads.ts";

/** A rule with changes of planned values that it catches, by what they are. */
export type Case = readonly [
  sentence: string,
  rule: PlannedRule,
  mutations: Readonly<Record<string, Mutation>>,
];

const SSE = ["aws_s3_bucket_server_side_encryption_configuration"] as const;
const BY_DEFAULT = ["rule", 0, "apply_server_side_encryption_by_default", 0] as const;
const BLOCK = ["aws_s3_bucket_public_access_block"] as const;
const BUCKET_POLICY = ["aws_s3_bucket_policy"] as const;
const TEMPLATE = ["aws_launch_template"] as const;
const CLUSTER = ["aws_eks_cluster"] as const;
const KEY = ["aws_kms_key"] as const;
const VELERO_POLICY = ["aws_iam_role_policy", "velero"] as const;
const CERT_MANAGER_ROLE = ["aws_iam_role", "cert_manager"] as const;
const VELERO = ["helm_release", "velero"] as const;

const openRule = { type: "ingress", cidr_blocks: ["0.0.0.0/0"] };
const policy = (statement: object): string =>
  JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] });

const ENCRYPTION: readonly Case[] = [
  [
    "encrypts every bucket with a key of its own",
    encryption.encryptsBuckets,
    {
      "S3's own key": set(SSE, [...BY_DEFAULT, "sse_algorithm"], "AES256"),
      "no key": set(SSE, [...BY_DEFAULT, "kms_master_key_id"], null),
      "no configuration": remove(SSE),
      "a bucket without settings": add("aws_s3_bucket", { id: "demo-new", bucket: "demo-new" }),
    },
  ],
  [
    "closes every bucket to the public",
    encryption.closesBuckets,
    { "public policies": set(BLOCK, ["block_public_policy"], false), "no block": remove(BLOCK) },
  ],
  [
    "answers for buckets over TLS only",
    encryption.refusesPlainHttp,
    {
      "the condition turned": rewrite(
        BUCKET_POLICY,
        "policy",
        '"aws:SecureTransport": "false"',
        '"x": "false"',
      ),
      "the bucket itself forgotten": rewrite(BUCKET_POLICY, "policy", /"(arn:[^"*]+)"/, '"$1/*"'),
      "no policy": remove(BUCKET_POLICY),
    },
  ],
  [
    "keeps versions of every object",
    encryption.versionsBuckets,
    {
      suspension: set(["aws_s3_bucket_versioning"], ["versioning_configuration", 0, "status"], "Suspended"),
    },
  ],
  [
    "encrypts every volume with a key of its own",
    encryption.encryptsVolumes,
    {
      "a plain data volume": set(TEMPLATE, ["block_device_mappings", 1, "ebs", 0, "encrypted"], "false"),
      "AWS's key": set(TEMPLATE, ["block_device_mappings", 0, "ebs", 0, "kms_key_id"], null),
      "the volumes of the image": set(TEMPLATE, ["block_device_mappings"], []),
      "a plain storage class": set(["kubernetes_storage_class_v1"], ["parameters", "encrypted"], "false"),
      "a plain volume": add("aws_ebs_volume", { encrypted: false }),
    },
  ],
  [
    "encrypts the cluster's secrets",
    encryption.encryptsClusterSecrets,
    { "no encryption": set(CLUSTER, ["encryption_config"], []) },
  ],
  [
    "encrypts logs, topics, queues, vaults and parameters",
    encryption.encryptsStores,
    {
      "a plain log group": set(["aws_cloudwatch_log_group"], ["kms_key_id"], null),
      "a plain topic": add("aws_sns_topic", { name: "demo-alerts" }),
      "a plain queue": add("aws_sqs_queue", { name: "demo-events", sqs_managed_sse_enabled: false }),
      "a plain vault": add("aws_backup_vault", { name: "demo" }),
      "a plain parameter": set(["aws_ssm_parameter"], ["type"], "String"),
    },
  ],
  [
    "rotates every key and deletes none in haste",
    encryption.rotatesKeys,
    {
      "no rotation": set(KEY, ["enable_key_rotation"], false),
      "a week": set(KEY, ["deletion_window_in_days"], 7),
    },
  ],
  [
    "keeps logs for a time, not for ever",
    encryption.keepsLogsForATime,
    { "no retention": set(["aws_cloudwatch_log_group"], ["retention_in_days"], 0) },
  ],
];

const REACH: readonly Case[] = [
  [
    "lets nobody in from everywhere but through the edge",
    reach.opensNothingToEverybody,
    {
      "a rule for everybody": set(["aws_vpc_security_group_ingress_rule"], ["cidr_ipv4"], "0.0.0.0/0"),
      "everybody by IPv6": set(["aws_vpc_security_group_ingress_rule"], ["cidr_ipv6"], "::/0"),
      "half of everybody": set(["aws_vpc_security_group_ingress_rule"], ["cidr_ipv4"], "128.0.0.0/1"),
      "an old rule": add("aws_security_group_rule", openRule),
      "an inline rule": add("aws_security_group", { ingress: [openRule] }),
      "a rule of the default group": set(["aws_default_security_group"], ["ingress"], [{ self: true }]),
    },
  ],
  [
    "shows the Kubernetes API to nobody outside",
    reach.closesTheKubernetesApi,
    {
      "a public endpoint": set(CLUSTER, ["vpc_config", 0, "endpoint_public_access"], true),
      "no private endpoint": set(CLUSTER, ["vpc_config", 0, "endpoint_private_access"], false),
    },
  ],
  [
    "gives machines no public address",
    reach.givesMachinesNoPublicAddress,
    {
      "addresses by subnet": set(["aws_subnet", "public"], ["map_public_ip_on_launch"], true),
      "addresses by template": set(
        TEMPLATE,
        ["network_interfaces"],
        [{ associate_public_ip_address: "true" }],
      ),
      "nodes beside the load balancers": (platform) =>
        set(
          ["aws_eks_node_group"],
          ["subnet_ids"],
          [platform.find(({ address }) => address.startsWith("aws_subnet.public"))?.values.id],
        )(platform),
    },
  ],
  [
    "denies by default in every namespace that it makes",
    reach.closesNamespaces,
    {
      "a namespace without policies": add("kubernetes_namespace_v1", { metadata: [{ name: "new" }] }),
      "a way out for all": set(
        ["kubernetes_network_policy_v1", 'default["argocd"]'],
        ["spec", 0, "policy_types"],
        ["Ingress"],
      ),
      "pods that are left out": set(
        ["kubernetes_network_policy_v1", 'default["edge"]'],
        ["spec", 0, "pod_selector", 0, "match_labels"],
        { app: "proxy" },
      ),
    },
  ],
  [
    "hides the nodes' credentials from pods",
    reach.hidesNodeCredentials,
    {
      "version 1": set(TEMPLATE, ["metadata_options", 0, "http_tokens"], "optional"),
      "two hops": set(TEMPLATE, ["metadata_options", 0, "http_put_response_hop_limit"], 2),
    },
  ],
];

const PERMISSIONS: readonly Case[] = [
  [
    "allows no wildcard action",
    permissions.allowsNoWildcardAction,
    {
      "a whole service": rewrite(VELERO_POLICY, "policy", '"s3:ListBucket"', '"s3:*"'),
      "a family": rewrite(VELERO_POLICY, "policy", '"ec2:CreateVolume"', '"ec2:Create*"'),
      "everything else": add("aws_iam_policy", { policy: policy({ NotAction: "iam:*", Resource: "a" }) }),
    },
  ],
  [
    "trusts no wildcard principal",
    permissions.trustsNoWildcardPrincipal,
    {
      everybody: add("aws_sqs_queue_policy", {
        policy: policy({ Action: "sqs:SendMessage", Principal: "*" }),
      }),
      "every account in a key": rewrite(KEY, "policy", '"kms:CallerAccount"', '"kms:Caller"'),
      "every role": set(
        CERT_MANAGER_ROLE,
        ["assume_role_policy"],
        policy({ Action: "sts:AssumeRole", Principal: { AWS: "*" } }),
      ),
    },
  ],
  [
    "names the resources wherever AWS knows some",
    permissions.namesResources,
    {
      "snapshots of anything": add("aws_iam_policy", {
        policy: policy({ Action: "ec2:CreateSnapshot", Resource: "*" }),
      }),
      "parameters of anything": rewrite(
        ["aws_iam_role_policy", "secret_store"],
        "policy",
        /"arn:aws:ssm[^"]*"/,
        '"*"',
      ),
    },
  ],
  [
    "trusts one service account by each role",
    permissions.trustsOneServiceAccount,
    {
      "a namespace": rewrite(
        CERT_MANAGER_ROLE,
        "assume_role_policy",
        "cert-manager:cert-manager",
        "cert-manager:*",
      ),
      "pods of any namespace": add("aws_iam_role", {
        assume_role_policy: policy({
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Principal: { Service: "pods.eks.amazonaws.com" },
        }),
      }),
      "any audience": rewrite(CERT_MANAGER_ROLE, "assume_role_policy", ":aud", ":azp"),
    },
  ],
];

const NAMES: readonly Case[] = [
  [
    "tags everything that can be tagged",
    names.tagsEverything,
    {
      "an untagged bucket": set(["aws_s3_bucket"], ["tags_all"], {}),
      "another layer's tag": set(["aws_vpc"], ["tags_all", "strata:layer"], "app"),
    },
  ],
  [
    "names the environment in every name",
    names.namesTheEnvironment,
    {
      "a bucket for all": set(["aws_s3_bucket"], ["bucket"], "backups-111122223333"),
      "a role for all": set(["aws_iam_role"], ["name"], "cluster-autoscaler"),
      "another environment": set(CLUSTER, ["name"], "cluster-prod"),
    },
  ],
];

const WORKLOADS: readonly Case[] = [
  [
    "pins every image",
    workloads.pinsImages,
    { latest: rewrite(VELERO, "values", /velero-plugin-for-aws:v[\d.]+/, "velero-plugin-for-aws:latest") },
  ],
];

/** What holds of the planned platform. */
export const CASES: readonly Case[] = [...ENCRYPTION, ...REACH, ...PERMISSIONS, ...NAMES, ...WORKLOADS];
