import { createHash } from "node:crypto";
import type { Json, World } from "../../world/world.ts";
import type { Assets } from "./assets.ts";

/** A resource with its intrinsics resolved, about to be made. */
export interface ResourceRequest {
  readonly world: World;
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: { [key: string]: Json };
  readonly assets: Assets;
}

/** What a template may ask of a resource afterwards, and the records that go with it. */
export interface DeployedResource {
  /** What `Ref` gives. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, Json>>;
  /** Collection and key of records that are deleted with the resource. */
  readonly owns: readonly (readonly [collection: string, key: string])[];
}

/** Makes or updates a resource. Names and ids depend on stack and logical id only, so that an update finds it again. */
export type ResourceType = (request: ResourceRequest) => DeployedResource;

/** Hexadecimal digits that belong to a resource. */
export function digits(request: ResourceRequest, length: number, salt = ""): string {
  const { accountId, region, stackName, logicalId } = request;
  return createHash("sha256")
    .update([accountId, region, stackName, logicalId, salt].join("/"))
    .digest("hex")
    .slice(0, length);
}

/** A name of CloudFormation's making: `<stack>-<logical id>-<12 characters>`, cut to the service's limit. */
export function generatedName(request: ResourceRequest, maximum = 128): string {
  const suffix = digits(request, 12).toUpperCase();
  const stem = `${request.stackName}-${request.logicalId}`.slice(0, maximum - suffix.length - 1);
  return `${stem}-${suffix}`;
}

export const optionalText = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export function requiredText(request: ResourceRequest, name: string): string {
  const value = request.properties[name];
  if (typeof value === "string") return value;
  throw new Error(
    `${request.logicalId} (${request.type}): ${name} must be text, not ${JSON.stringify(value)}`,
  );
}

export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value[name] : undefined;

/** Tags as CloudFormation lists them: `[{ Key, Value }]`. */
export function tagsOf(value: Json | undefined): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const tag of listOf(value)) tags[String(memberOf(tag, "Key"))] = String(memberOf(tag, "Value"));
  return tags;
}

export const arnIn = (
  { region, accountId }: { region: string; accountId: string },
  service: string,
  resource: string,
): string => `arn:aws:${service}:${region}:${accountId}:${resource}`;
