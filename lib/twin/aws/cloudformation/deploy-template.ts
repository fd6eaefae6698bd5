import type { Json, World } from "../../world/world.ts";
import { AWS_COLLECTIONS } from "../collections.ts";
import { Assets } from "./assets.ts";
import { isJsonObject, resolve, type TemplateScope } from "./intrinsics.ts";
import type { DeployedResource } from "./resource-type.ts";
import { RESOURCE_TYPES } from "./resources/index.ts";
import { type Template, TemplateSchema } from "./template.ts";

export interface DeployTemplateProps {
  readonly world: World;
  /** The synthesized template, parsed from JSON. */
  readonly template: unknown;
  /** Directory of the cloud assembly: asset paths are relative to it. */
  readonly assetsDirectory: string;
  /** `<stack>.assets.json`, parsed. @default no assets */
  readonly assets?: unknown;
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface StackRecord {
  name: string;
  resources: Record<string, StackResource>;
  outputs: Record<string, Json>;
}

interface StackResource {
  type: string;
  physicalId: string;
  attributes: Record<string, Json>;
  /** Kept in the world when it leaves the template. */
  retained: boolean;
  owns: [collection: string, key: string][];
}

/** One deployment under way: resources are made when something refers to them, each once. */
class StackDeployment implements TemplateScope {
  readonly region: string;
  readonly #props: DeployTemplateProps;
  readonly #template: Template;
  readonly #assets: Assets;
  readonly #made = new Map<string, DeployedResource>();
  readonly #making: string[] = [];

  constructor(props: DeployTemplateProps, template: Template) {
    this.#props = props;
    this.region = props.region;
    this.#template = template;
    const { assetsDirectory, assets, accountId, region } = props;
    this.#assets = new Assets(assetsDirectory, assets ?? {}, accountId, region);
  }

  deploy(): StackRecord {
    const { world, region, stackName } = this.#props;
    this.#assets.upload(world, region);
    const resources: StackRecord["resources"] = {};
    for (const [logicalId, { Type, DeletionPolicy }] of Object.entries(this.#template.Resources)) {
      if (!this.#isWanted(logicalId)) continue;
      const { id, attributes, owns } = this.#resource(logicalId);
      resources[logicalId] = {
        type: Type,
        physicalId: id,
        attributes: { ...attributes },
        retained: DeletionPolicy.startsWith("Retain"),
        owns: owns.map(([collection, key]) => [collection, key]),
      };
    }
    const outputs: StackRecord["outputs"] = {};
    for (const [name, { Value, Condition }] of Object.entries(this.#template.Outputs))
      if (Condition === undefined || this.condition(Condition)) outputs[name] = resolve(Value, this) ?? null;
    return { name: stackName, resources, outputs };
  }

  ref(name: string): Json | undefined {
    const { accountId, region, stackName, parameters } = this.#props;
    const pseudo: Record<string, string> = {
      "AWS::AccountId": accountId,
      "AWS::Region": region,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": stackName,
      "AWS::StackId": `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/twin`,
    };
    if (name === "AWS::NoValue") return undefined;
    if (pseudo[name] !== undefined) return pseudo[name];
    const parameter = this.#template.Parameters[name];
    if (!parameter) return this.#resource(name).id;
    const value = parameters?.[name] ?? parameter.Default;
    if (value === undefined) throw new Error(`the template's parameter ${name} has no value`);
    return value;
  }

  attribute(logicalId: string, name: string): Json {
    const value = this.#resource(logicalId).attributes[name];
    if (value !== undefined) return value;
    const type = this.#template.Resources[logicalId]?.Type;
    throw new Error(`the attribute ${name} of ${logicalId} (${type}) is not modelled`);
  }

  condition(name: string): boolean {
    const expression = this.#template.Conditions[name];
    if (expression === undefined) throw new Error(`the template has no condition ${name}`);
    return resolve(expression, this) === true;
  }

  #isWanted(logicalId: string): boolean {
    const resource = this.#template.Resources[logicalId];
    if (!resource || resource.Type === "AWS::CDK::Metadata") return false;
    return resource.Condition === undefined || this.condition(resource.Condition);
  }

  #resource(logicalId: string): DeployedResource {
    const known = this.#made.get(logicalId);
    if (known) return known;
    if (this.#making.includes(logicalId))
      throw new Error(`circular dependency: ${[...this.#making, logicalId].join(" → ")}`);
    this.#making.push(logicalId);
    const made = this.#make(logicalId);
    this.#making.pop();
    this.#made.set(logicalId, made);
    return made;
  }

  #make(logicalId: string): DeployedResource {
    const resource = this.#template.Resources[logicalId];
    if (!resource) throw new Error(`the template has no resource ${logicalId}`);
    const type = RESOURCE_TYPES[resource.Type];
    if (!type) throw new Error(`${logicalId}: the resource type ${resource.Type} is not modelled`);
    for (const dependency of resource.DependsOn) if (this.#isWanted(dependency)) this.#resource(dependency);
    const properties = resolve(resource.Properties, this);
    const { world, accountId, region, stackName } = this.#props;
    return type({
      world,
      accountId,
      region,
      stackName,
      logicalId,
      type: resource.Type,
      properties: isJsonObject(properties) ? properties : {},
      assets: this.#assets,
    });
  }
}

/** Deletes what the previous template had and this one has not, unless it is to be retained. */
function removeLeft(world: World, before: StackRecord | undefined, after: StackRecord): void {
  const kept = new Set(Object.values(after.resources).flatMap(({ owns }) => owns.map(String)));
  for (const [logicalId, { retained, owns }] of Object.entries(before?.resources ?? {})) {
    if (logicalId in after.resources || retained) continue;
    for (const [collection, key] of owns)
      if (!kept.has(String([collection, key]))) world.collection(collection).delete(key);
  }
}

/**
 * Makes what a template describes, or updates what it made before; contents of buckets and tables stay.
 * @throws for resource types, attributes and intrinsic functions that are not modelled, naming the logical id
 */
export function deployTemplate(props: DeployTemplateProps): StackRecord {
  const { world, stackName } = props;
  const template = TemplateSchema.parse(props.template);
  const stacks = world.collection<StackRecord>(AWS_COLLECTIONS.stacks);
  const stack = new StackDeployment(props, template).deploy();
  removeLeft(world, stacks.get(stackName), stack);
  stacks.set(stackName, stack);
  return stack;
}
