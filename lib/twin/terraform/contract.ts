import type { Aws, Principal } from "../aws/contract.ts";
import type { Kubernetes } from "../kubernetes/contract.ts";
import type { Json, World } from "../world/world.ts";

/** In values that go to and come from terraform: "known after apply". */
export const UNKNOWN: unique symbol = Symbol("unknown");
export type Value = string | number | boolean | null | typeof UNKNOWN | Value[] | { [key: string]: Value };
export type Attributes = { [key: string]: Value };

/** One thing that an apply did, with how long the real one lasts. */
export interface Operation {
  readonly action: "create" | "update" | "delete";
  readonly type: string;
  readonly id: string;
  readonly lastsMilliseconds: number;
  /**
   * Called once the order of the apply is known: virtual times, from the start of the build, at which this
   * operation starts and ends. What comes alive because of it is scheduled in the world from there.
   */
  readonly settle?: (startsAt: number, endsAt: number) => void;
}

/** What an implementation of a resource type may use: who applies, and the world. */
export interface ProviderContext {
  readonly world: World;
  readonly aws: Aws;
  readonly kubernetes: Kubernetes;
  readonly principal: Principal;
  /** The provider block's configuration, as terraform gave it. */
  readonly configuration: Attributes;
  readonly region: string;
  /** Adds to the build's journal. */
  record(operation: Operation): void;
}

/** A problem as terraform shows it. */
export class ProviderError extends Error {
  /** Path of the attribute it is about, e.g. ["spec", 0, "name"]. */
  readonly attribute: (string | number)[] | undefined;
  constructor(summary: string, attribute?: (string | number)[]) {
    super(summary);
    this.name = "ProviderError";
    this.attribute = attribute;
  }
}

/**
 * How one resource type behaves. The framework does what the schema implies (unknown for computed values,
 * kept values, wrong names); an implementation says what a schema does not.
 */
export interface ResourceType {
  readonly type: string;
  /** Attribute paths (dotted, blocks without index) whose change makes terraform replace the resource. */
  readonly forcesReplacement: readonly string[];
  /** Defaults that the provider fills in at plan time when the configuration leaves them out. */
  readonly defaults?: Attributes;
  /** Computed attributes that an update may change; all other computed ones keep their value at plan time. */
  readonly changesOnUpdate?: readonly string[];
  /** Cross-field rules; throws ProviderError. */
  validate?(configuration: Attributes): void;
  /** Last word on the planned values (normalisation, computed values that can be known early); throws ProviderError. */
  plan?(planned: Attributes, prior: Attributes | null, context: ProviderContext): Attributes;
  create(planned: Attributes, context: ProviderContext): Attributes;
  /** The resource as the world has it now; null: it is gone. */
  read(state: Attributes, context: ProviderContext): Attributes | null;
  update(planned: Attributes, prior: Attributes, context: ProviderContext): Attributes;
  delete(state: Attributes, context: ProviderContext): void;
  /** For `terraform import`: the state that `read` can complete. */
  import?(id: string, context: ProviderContext): Attributes;
}

export interface DataSourceType {
  readonly type: string;
  read(configuration: Attributes, context: ProviderContext): Attributes;
}

/** One provider: its recorded schema and its types. */
export interface ProviderDefinition {
  /** e.g. registry.terraform.io/hashicorp/aws */
  readonly address: string;
  readonly version: string;
  readonly resources: readonly ResourceType[];
  readonly dataSources: readonly DataSourceType[];
}

/** The providers of one build, listening; one set per build, because the caller's identity is the build's role. */
export interface AttachedProviders {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  /** What was applied so far, by type and id: terraform's threads call in any order, and the record must not vary. */
  readonly journal: readonly Operation[];
  close(): Promise<void>;
}

export type AttachProviders = (options: {
  world: World;
  aws: Aws;
  kubernetes: Kubernetes;
  principal: Principal;
  region: string;
  /** Called before each resource operation; may throw to fail it, or never return because the build was killed. */
  beforeOperation?: (operation: {
    action: string;
    type: string;
    planned: Attributes | null;
  }) => Promise<void>;
}) => Promise<AttachedProviders>;

export type { Json };
