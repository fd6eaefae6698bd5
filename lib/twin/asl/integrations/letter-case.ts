import type { Json } from "../../world/world.ts";
import { isObject } from "../contract.ts";

/**
 * Step Functions writes every member of a request or response with a capital first letter; these services'
 * own protocols begin them in lower case. The others (DynamoDB, SNS, Lambda, EventBridge …) agree with it.
 */
const LOWER_CASE_SERVICES: ReadonlySet<string> = new Set(["codebuild", "eks", "states"]);

/** Members whose own keys are data, not members. */
const MAPS: ReadonlySet<string> = new Set(["tags", "labels"]);

function rename(value: Json, change: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => rename(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      change(key),
      MAPS.has(key.toLowerCase()) ? item : rename(item, change),
    ]),
  );
}

const lowerFirst = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);
const upperFirst = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);

/** Arguments of a state as the service's API takes them. */
export function toService(service: string, value: Json): Json {
  return LOWER_CASE_SERVICES.has(service) ? rename(value, lowerFirst) : value;
}

/** What the service's API answered, as a state sees it. */
export function fromService(service: string, value: Json): Json {
  return LOWER_CASE_SERVICES.has(service) ? rename(value, upperFirst) : value;
}
