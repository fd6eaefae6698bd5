import type { Attributes, Operation, ProviderContext } from "../../contract.ts";
import type { Naming } from "./errors.ts";
import type { Mint } from "./identifiers.ts";

/** What is being done, for the parts of a specification that need more than the values. */
export interface Deed {
  readonly context: ProviderContext;
  readonly mint: Mint;
}

type Settle = NonNullable<Operation["settle"]>;

/** What a schema does not say about an AWS resource type. Everything but the first five has a default. */
export interface AwsTypeSpec extends Naming {
  readonly type: string;
  /** The identifier of a new resource. */
  identify(planned: Attributes, deed: Deed): string;
  readonly forcesReplacement?: readonly string[];
  readonly defaults?: Attributes;
  readonly changesOnUpdate?: readonly string[];
  /** Blocks that the service fills in when the configuration leaves them out. */
  readonly computedBlocks?: readonly string[];
  /** Attributes that hold an IAM policy: compared by meaning. */
  readonly policies?: readonly string[];
  /** Attributes that hold any other JSON. */
  readonly documents?: readonly string[];
  validate?(configuration: Attributes): void;
  refine?(planned: Attributes, prior: Attributes | null, context: ProviderContext): Attributes;
  arn?(values: Attributes, context: ProviderContext): string;
  /** Values that the service sets at creation; `values` has its id and ARN. */
  computed?(values: Attributes, deed: Deed): Attributes;
  /** Throws AwsError when the service would refuse to create (it exists, its parent does not …). */
  refuseCreate?(values: Attributes, context: ProviderContext): void;
  refuseUpdate?(values: Attributes, context: ProviderContext, prior: Attributes): void;
  /** Throws AwsError when something still depends on it. */
  refuseDelete?(values: Attributes, context: ProviderContext): void;
  /** Other records of the world that follow; may throw HalfAppliedError. */
  created?(values: Attributes, deed: Deed): void;
  /** Returns values that the update changed beside the planned ones. */
  updated?(values: Attributes, prior: Attributes, deed: Deed): Attributes | undefined;
  deleted?(values: Attributes, context: ProviderContext): void;
  /** What the other records say that the resource's own record does not; null: it is gone. */
  observe?(values: Attributes, context: ProviderContext): Attributes | null;
  /** What happens in the world when the operation ends. */
  settle?(action: Operation["action"], values: Attributes, context: ProviderContext): Settle | undefined;
  /** Milliseconds, where the values decide how long it lasts. */
  lasts?(action: Operation["action"], values: Attributes, prior: Attributes | null): number | undefined;
  /** What stands in brackets in messages. @default the name or the id */
  label?(values: Attributes): string;
  import?(id: string): Attributes;
  /** What `terraform import` is told, where it is not the resource's own identifier. */
  importId?(values: Attributes): string;
  /** Attributes that only terraform knows: AWS does not give them back, so an import leaves them empty. */
  readonly unread?: readonly string[];
}
