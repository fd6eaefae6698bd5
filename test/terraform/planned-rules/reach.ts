import { type PlannedResource, valueAt } from "../planned-layer.ts";
import { ofType } from "./documents.ts";
import type { PlannedRule, Platform } from "./platform.ts";

/** Wider than /8 is half a continent at least, and as good as everybody. */
const WIDEST_PREFIX = 8;

const isEverybody = (range: unknown): boolean => {
  const [, bits] = String(range).split("/");
  return range === "::/0" || (bits !== undefined && Number(bits) < WIDEST_PREFIX);
};

/** What the whole internet may reach, by address, with its reason. The edge is made by its controller. */
const OPEN_BY_DESIGN: Readonly<Record<string, string>> = {};

const ranges = (resource: PlannedResource): unknown[] => {
  const { values } = resource;
  if (resource.type === "aws_security_group_rule")
    return values.type === "ingress" ? [values.cidr_blocks ?? [], values.ipv6_cidr_blocks ?? []].flat(2) : [];
  if (resource.type === "aws_vpc_security_group_ingress_rule") return [values.cidr_ipv4, values.cidr_ipv6];
  const inline = [valueAt(resource, "ingress") ?? []].flat() as Record<string, unknown>[];
  return inline.flatMap((rule) => [rule.cidr_blocks ?? [], rule.ipv6_cidr_blocks ?? []].flat(2));
};

const INGRESS = [
  "aws_default_security_group",
  "aws_security_group",
  "aws_security_group_rule",
  "aws_vpc_security_group_ingress_rule",
];

/** A default group is only adopted; with any rule it would let in what names no group. */
const defaultGroups: PlannedRule = (platform) =>
  ofType(platform, "aws_default_security_group")
    .filter((group) => [valueAt(group, "ingress") ?? []].flat().length > 0)
    .map(({ address }) => `${address} lets something in`);

export const opensNothingToEverybody: PlannedRule = (platform) => [
  ...platform
    .filter(({ type, address }) => INGRESS.includes(type) && !(address in OPEN_BY_DESIGN))
    .filter((resource) => ranges(resource).some(isEverybody))
    .map(({ address }) => `${address} lets everybody in`),
  ...defaultGroups(platform),
];

export const closesTheKubernetesApi: PlannedRule = (platform) =>
  ofType(platform, "aws_eks_cluster").flatMap((cluster) => {
    const network = valueAt(cluster, "vpc_config", 0) as Record<string, unknown>;
    const allowed = [network.public_access_cidrs ?? []].flat();
    const isOpen =
      network.endpoint_public_access !== false && (allowed.length === 0 || allowed.some(isEverybody));
    return [
      ...(isOpen ? [`${cluster.address} answers the world`] : []),
      ...(network.endpoint_private_access === true
        ? []
        : [`${cluster.address} has no address of its own network`]),
    ];
  });

/** Only the ways out have public addresses; nodes and the control plane's interfaces have none. */
export const givesMachinesNoPublicAddress: PlannedRule = (platform) => [
  ...ofType(platform, "aws_subnet")
    .filter(({ values }) => values.map_public_ip_on_launch === true)
    .map(({ address }) => `${address} gives machines public addresses`),
  ...ofType(platform, "aws_launch_template")
    .filter((template) =>
      [valueAt(template, "network_interfaces") ?? []]
        .flat()
        .some((each) => String((each as Record<string, unknown>).associate_public_ip_address) === "true"),
    )
    .map(({ address }) => `${address} gives nodes public addresses`),
  ...nodesBesideTheInternet(platform),
];

const PUBLIC_TAG = "kubernetes.io/role/elb";

function nodesBesideTheInternet(platform: Platform): string[] {
  const open = ofType(platform, "aws_subnet")
    .filter((subnet) => valueAt(subnet, "tags", PUBLIC_TAG) === "1")
    .map(({ values }) => values.id);
  return ofType(platform, "aws_eks_node_group")
    .filter(({ values }) => [values.subnet_ids ?? []].flat().some((id) => open.includes(id)))
    .map(({ address }) => `${address} runs in public subnets`);
}

interface PolicySpec {
  readonly policy_types?: readonly string[];
  readonly pod_selector?: readonly { match_labels?: unknown; match_expressions?: readonly unknown[] }[];
}

/** Whether a policy is about every pod of its namespace, both ways: what no policy lets through is then denied. */
function deniesByDefault(policy: PlannedResource): boolean {
  const { policy_types = [], pod_selector = [] } = valueAt(policy, "spec", 0) as PolicySpec;
  const [selector] = pod_selector;
  const selects =
    Object.keys(selector?.match_labels ?? {}).length + (selector?.match_expressions ?? []).length;
  return policy_types.includes("Ingress") && policy_types.includes("Egress") && selects === 0;
}

export const closesNamespaces: PlannedRule = (platform) => {
  const closed = ofType(platform, "kubernetes_network_policy_v1")
    .filter(deniesByDefault)
    .map((policy) => valueAt(policy, "metadata", 0, "namespace"));
  return ofType(platform, "kubernetes_namespace_v1")
    .filter((namespace) => !closed.includes(valueAt(namespace, "metadata", 0, "name")))
    .map(({ address }) => `${address} lets pods talk to whom they like`);
};

/** Of version 1 a single request forged inside a pod hands out the node's credentials. */
export const hidesNodeCredentials: PlannedRule = (platform) =>
  ofType(platform, "aws_launch_template")
    .filter(
      (template) =>
        valueAt(template, "metadata_options", 0, "http_tokens") !== "required" ||
        valueAt(template, "metadata_options", 0, "http_put_response_hop_limit") !== 1,
    )
    .map(({ address }) => `${address} shows pods the node's credentials`);
