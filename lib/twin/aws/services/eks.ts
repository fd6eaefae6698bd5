import { z } from "zod";
import {
  type AccessEntryRecord,
  type AddonRecord,
  type ClusterRecord,
  COLLECTIONS,
  type NodegroupRecord,
} from "../../world/records.ts";
import { AwsError } from "../contract.ts";
import {
  asJson,
  type Call,
  type ConditionContext,
  epochSeconds,
  operation,
  page,
  present,
} from "../service.ts";
import { accessEntryAnswer, addonAnswer, clusterAnswer, nodegroupAnswer } from "./eks-answers.ts";
import { describeClusterVersions, insight, insights } from "./eks-versions.ts";

const missing = (what: string): AwsError => new AwsError("ResourceNotFoundException", what, 404);

const arn = (call: Call, kind: string, path: string): string =>
  `arn:aws:eks:${call.region}:${call.accountId}:${kind}/${path}`;

const tagContext = (tags: Record<string, string> | undefined): ConditionContext =>
  Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [`aws:ResourceTag/${name}`, value]));

function cluster(call: Call, action: string, name: string): ClusterRecord {
  const record = call.world.collection<ClusterRecord>(COLLECTIONS.clusters).get(name);
  call.allow(`eks:${action}`, arn(call, "cluster", name), tagContext(record?.tags));
  if (!record) throw missing(`No cluster found for name: ${name}.`);
  return record;
}

/** The children of a cluster in one collection, whose keys begin with the cluster's name. */
function children<T extends { clusterName: string }>(call: Call, collection: string, name: string): T[] {
  const records = call.world.collection<T>(collection).values();
  return records.filter(({ clusterName }) => clusterName === name);
}

const paged = { nextToken: z.string().optional(), maxResults: z.coerce.number().int().positive().optional() };
const listSchema = z.object({ clusterName: z.string(), ...paged });

/** A list operation of names; 100 a page: EKS API reference. */
function names(action: string, member: string, read: (call: Call, clusterName: string) => string[]) {
  return operation(listSchema, (call, { clusterName, nextToken, maxResults = 100 }) => {
    cluster(call, action, clusterName);
    const { items, next } = page(read(call, clusterName), nextToken, maxResults);
    return present({ [member]: items, nextToken: next });
  });
}

export const eks = {
  ListClusters: operation(z.object(paged), (call, { nextToken, maxResults = 100 }) => {
    call.allow("eks:ListClusters", "*");
    const all = call.world.collection(COLLECTIONS.clusters).keys();
    const { items, next } = page(all, nextToken, maxResults);
    return present({ clusters: items, nextToken: next });
  }),
  DescribeCluster: operation(z.object({ name: z.string() }), (call, { name }) => ({
    cluster: clusterAnswer(cluster(call, "DescribeCluster", name)),
  })),
  ListNodegroups: names("ListNodegroups", "nodegroups", (call, name) =>
    children<NodegroupRecord>(call, COLLECTIONS.nodegroups, name).map((group) => group.name),
  ),
  DescribeNodegroup: operation(
    z.object({ clusterName: z.string(), nodegroupName: z.string() }),
    (call, { clusterName, nodegroupName }) => {
      const record = call.world
        .collection<NodegroupRecord>(COLLECTIONS.nodegroups)
        .get(`${clusterName}/${nodegroupName}`);
      const resource = record?.arn ?? arn(call, "nodegroup", `${clusterName}/${nodegroupName}/*`);
      call.allow("eks:DescribeNodegroup", resource, tagContext(record?.tags));
      if (!call.world.collection(COLLECTIONS.clusters).has(clusterName))
        throw missing(`No cluster found for name: ${clusterName}.`);
      if (!record) throw missing(`No node group found for name: ${nodegroupName}.`);
      return { nodegroup: nodegroupAnswer(record) };
    },
  ),
  ListAddons: names("ListAddons", "addons", (call, name) =>
    children<AddonRecord>(call, COLLECTIONS.addons, name).map((addon) => addon.name),
  ),
  DescribeAddon: operation(
    z.object({ clusterName: z.string(), addonName: z.string() }),
    (call, { clusterName, addonName }) => {
      const record = call.world
        .collection<AddonRecord>(COLLECTIONS.addons)
        .get(`${clusterName}/${addonName}`);
      call.allow("eks:DescribeAddon", record?.arn ?? arn(call, "addon", `${clusterName}/${addonName}/*`));
      if (!call.world.collection(COLLECTIONS.clusters).has(clusterName))
        throw missing(`No cluster found for name: ${clusterName}.`);
      if (!record) throw missing(`No addon: ${addonName} found in cluster: ${clusterName}`);
      return { addon: addonAnswer(record) };
    },
  ),
  ListAccessEntries: names("ListAccessEntries", "accessEntries", (call, name) =>
    children<AccessEntryRecord>(call, COLLECTIONS.accessEntries, name).map((entry) => entry.principalArn),
  ),
  DescribeAccessEntry: operation(
    z.object({ clusterName: z.string(), principalArn: z.string() }),
    (call, { clusterName, principalArn }) => ({
      accessEntry: accessEntryAnswer(
        call,
        accessEntry(call, "DescribeAccessEntry", clusterName, principalArn),
      ),
    }),
  ),
  ListAssociatedAccessPolicies: operation(
    z.object({ clusterName: z.string(), principalArn: z.string(), ...paged }),
    (call, { clusterName, principalArn }) => {
      const entry = accessEntry(call, "ListAssociatedAccessPolicies", clusterName, principalArn);
      const associated = entry.policies.map(({ policyArn, scope }) => ({
        policyArn,
        accessScope: scope,
        associatedAt: epochSeconds(0),
        modifiedAt: epochSeconds(0),
      }));
      return { clusterName, principalArn, associatedAccessPolicies: asJson(associated) };
    },
  ),
  DescribeClusterVersions: describeClusterVersions,
  ListInsights: operation(z.object({ clusterName: z.string(), ...paged }), (call, { clusterName }) => ({
    insights: insights(call, cluster(call, "ListInsights", clusterName)),
  })),
  DescribeInsight: operation(z.object({ clusterName: z.string(), id: z.string() }), (call, input) => {
    const found = insight(call, cluster(call, "DescribeInsight", input.clusterName), input.id);
    if (!found) throw missing(`No insight found for id: ${input.id}.`);
    return { insight: found };
  }),
};

function accessEntry(
  call: Call,
  action: string,
  clusterName: string,
  principalArn: string,
): AccessEntryRecord {
  const entry = call.world
    .collection<AccessEntryRecord>(COLLECTIONS.accessEntries)
    .get(`${clusterName}/${principalArn}`);
  const [, , , , account = "", principal = ""] = principalArn.split(":");
  const [kind = "", ...path] = principal.split("/");
  const resource = arn(call, "access-entry", `${clusterName}/${kind}/${account}/${path.join("/")}/*`);
  call.allow(`eks:${action}`, resource);
  if (!call.world.collection(COLLECTIONS.clusters).has(clusterName))
    throw missing(`No cluster found for name: ${clusterName}.`);
  if (!entry) throw missing(`The specified principalArn could not be found. principalArn: ${principalArn}`);
  return entry;
}
