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
  const regions = [...new Set([props.region, GLOBAL_REGION])];
  return async (environment) => {
    const lists = await Promise.all(regions.map((region) => readAll({ ...props, region }, environment)));
    // What is in us-east-1 and no global service's belongs to another environment's region.
    const [here = [], there = []] = lists;
    const global = there.filter(({ arn }) => arn.split(":")[3] === "");
    const known = new Set(here.map(({ arn }) => arn));
    return [...here, ...global.filter(({ arn }) => !known.has(arn))];
  };
}

async function readAll(
  props: Pick<JsonServiceProps, "credentials" | "region" | "endpoint">,
  environment: string,
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
        TagFilters: [{ Key: "strata:environment", Values: [environment] }],
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
