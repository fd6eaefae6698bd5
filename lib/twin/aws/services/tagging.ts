import { z } from "zod";
import { type BucketRecord, COLLECTIONS, type LoadBalancerRecord } from "../../world/records.ts";
import type { Json, World } from "../../world/world.ts";
import { operation, page, present, type Service } from "../service.ts";

type Tags = Readonly<Record<string, string>>;
interface Tagged {
  readonly arn: string;
  readonly tags: Tags;
}

/** Types with tags that the tagging API does not tell of: its guide, "Services that support the API" (IAM: not roles). */
const UNTOLD = /^aws_iam_(role|policy|user)$/;

const tagsIn = (value: Json | undefined): Tags =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, tag]) => [key, String(tag)]))
    : {};

/** What layers made, and whoever else: by the records that terraform's provider reads, too. */
function ofResources(world: World): Tagged[] {
  const records = world.collection<{ type: string; attributes: { [key: string]: Json } }>(
    COLLECTIONS.resources,
  );
  return records.values().flatMap(({ type, attributes }) => {
    const { arn } = attributes;
    if (typeof arn !== "string" || arn === "" || UNTOLD.test(type)) return [];
    return [{ arn, tags: tagsIn(attributes.tags_all) }];
  });
}

/** Of the control plane's template; CloudFormation marks what it made with a tag that nobody else can set. */
function ofTemplate(world: World): Tagged[] {
  const buckets = world.collection<BucketRecord>(COLLECTIONS.buckets).values();
  return buckets
    .filter(({ controlPlane }) => controlPlane)
    .map(({ arn, tags }) => ({ arn, tags: { ...tags, "aws:cloudformation:stack-name": "control-plane" } }));
}

/** What the cluster's controllers have asked for. */
const ofCluster = (world: World): Tagged[] =>
  world
    .collection<LoadBalancerRecord>(COLLECTIONS.loadBalancers)
    .values()
    .map(({ arn, tags }) => ({ arn, tags }));

const FilterSchema = z.object({ Key: z.string(), Values: z.array(z.string()).default([]) });

export const tagging: Service = {
  /** 100 a page. Every region tells everything, global services' resources too. */
  GetResources: operation(
    z.object({
      TagFilters: z.array(FilterSchema).max(50).default([]),
      ResourcesPerPage: z.int().min(1).max(100).default(50),
      PaginationToken: z.string().optional(),
    }),
    (call, { TagFilters, ResourcesPerPage, PaginationToken }) => {
      call.allow("tag:GetResources", "*");
      const wanted = ({ tags }: Tagged): boolean =>
        TagFilters.every(({ Key, Values }) => {
          const value = tags[Key];
          return value !== undefined && (Values.length === 0 || Values.includes(value));
        });
      const found = [...ofResources(call.world), ...ofTemplate(call.world), ...ofCluster(call.world)].filter(
        wanted,
      );
      const { items, next } = page(found, PaginationToken || undefined, ResourcesPerPage);
      return present({
        ResourceTagMappingList: items.map(({ arn, tags }) => ({
          ResourceARN: arn,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        })),
        PaginationToken: next ?? "",
      });
    },
  ),
};
