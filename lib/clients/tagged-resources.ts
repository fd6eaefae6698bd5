import * as z from "zod";
import type { TaggedResource } from "../drift/unmanaged.ts";
import { DependencyUnavailableError } from "../run/errors.ts";
import { connectJsonService, type JsonServiceProps } from "./json-service.ts";

const AnswerSchema = z.looseObject({
  PaginationToken: z.string().optional(),
  ResourceTagMappingList: z
    .array(
      z.looseObject({
        ResourceARN: z.string(),
        Tags: z.array(z.looseObject({ Key: z.string(), Value: z.string() })).default([]),
      }),
    )
    .default([]),
});

/** Resources of global services answer here only. */
const GLOBAL_REGION = "us-east-1";
const PAGE = 100;
/** 20,000 resources: far more than an environment has, and an end for a service that gives none. */
const PAGES = 200;

/**
 * Everything that bears the environment's tag, in its region and among the global services.
 * @see https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export function connectTaggedResources(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
): (environment: string) => Promise<TaggedResource[]> {
  return (environment) => readMarked(props, markOf(environment));
}

/**
 * The same, with what controllers of its cluster have made, which bears their mark alone. Without keys that wait for
 * their deletion: they are told of for another month.
 */
export function connectSweep(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
): (environment: string) => Promise<TaggedResource[]> {
  const describeKey = connectJsonService({ ...props, service: "kms", target: "TrentService" });
  return async (environment) => {
    const marks = [markOf(environment), ...clusterMarks(environment)];
    const found = (await Promise.all(marks.map((mark) => readMarked(props, mark)))).flat();
    const once = [...new Map(found.map((each) => [each.arn, each])).values()];
    const isThere = await Promise.all(
      once.map(async ({ arn }) => {
        if (!KEY.test(arn)) return true;
        const { KeyMetadata } = KeySchema.parse(await describeKey("DescribeKey", { KeyId: arn }));
        return KeyMetadata.KeyState !== "PendingDeletion";
      }),
    );
    return once.filter((_, index) => isThere[index]);
  };
}

const KEY = /^arn:[a-z-]+:kms:[^:]+:\d+:key\//;
const KeySchema = z.looseObject({ KeyMetadata: z.looseObject({ KeyState: z.string() }) });

interface Mark {
  readonly Key: string;
  /** Left out: any. */
  readonly Values?: readonly string[];
}

const markOf = (environment: string): Mark => ({ Key: "strata:environment", Values: [environment] });

/**
 * Of the cloud provider and the EBS driver, of the load balancer controller, and of the network plugin.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
 */
const clusterMarks = (cluster: string): readonly Mark[] => [
  { Key: `kubernetes.io/cluster/${cluster}`, Values: ["owned"] },
  { Key: "elbv2.k8s.aws/cluster", Values: [cluster] },
  { Key: "cluster.k8s.amazonaws.com/name", Values: [cluster] },
];

async function readMarked(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
  mark: Mark,
): Promise<TaggedResource[]> {
  const regions = [...new Set([props.region, GLOBAL_REGION])];
  const lists = await Promise.all(regions.map((region) => readAll({ ...props, region }, mark)));
  // What is in us-east-1 and no global service's belongs to another environment's region.
  const [here = [], there = []] = lists;
  const global = there.filter(({ arn }) => arn.split(":")[3] === "");
  const known = new Set(here.map(({ arn }) => arn));
  return [...here, ...global.filter(({ arn }) => !known.has(arn))];
}

async function readAll(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
  mark: Mark,
): Promise<TaggedResource[]> {
  const ask = connectJsonService({
    ...props,
    service: "tagging",
    target: "ResourceGroupsTaggingAPI_20170126",
  });
  const found: TaggedResource[] = [];
  let token: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = AnswerSchema.parse(
      await ask("GetResources", {
        TagFilters: [mark],
        ResourcesPerPage: PAGE,
        ...(token ? { PaginationToken: token } : {}),
      }),
    );
    for (const { ResourceARN, Tags } of answer.ResourceTagMappingList)
      found.push({ arn: ResourceARN, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
    token = answer.PaginationToken;
    if (!token) return found;
  }
  throw new DependencyUnavailableError(`the tagging API has more than ${PAGE * PAGES} resources to tell`);
}
