import { type JsonObject, objectAt } from "../json-values.ts";

/** What the server knows of one resource in one version. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Objects are stored in this version; the others are served by renaming. */
  readonly storageVersion: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** `status`, `scale`, `log` … */
  readonly subresources: readonly string[];
  /** Does metadata.generation count changes of the specification? */
  readonly counted: boolean;
  /** Not stored: creating one asks a question, and the answer is its status. */
  readonly question?: true;
  /** Not stored: made of other objects when they are asked for. */
  readonly computed?: true;
  /** Where objects are really kept, if they are another resource's under a second name. */
  readonly storedAs?: { readonly group: string; readonly version: string };
  /** From a CustomResourceDefinition: its entry of `spec.versions`. */
  readonly custom?: {
    readonly version: JsonObject;
    readonly definition: string;
    readonly conversion: JsonObject | undefined;
    /** What its project publishes where the definition itself says nothing of fields, as charts bring it here. */
    readonly published?: JsonObject;
  };
}

export const apiVersionOf = (kind: { group: string; version: string }): string =>
  kind.group ? `${kind.group}/${kind.version}` : kind.version;

/** Identity of the stored objects of a kind, the same for all its versions. */
export const storageKeyOf = (kind: ResourceKind): string =>
  `${kind.storedAs ? kind.storedAs.group : kind.group}/${kind.plural}`;

/** The apiVersion under which objects of a kind are stored. */
export const storedApiVersionOf = (kind: ResourceKind): string =>
  apiVersionOf(kind.storedAs ?? { group: kind.group, version: kind.storageVersion });

/** The schema that objects of a custom kind are held to. */
export const schemaOf = ({ custom }: ResourceKind): JsonObject | undefined =>
  custom?.published ?? objectAt(custom?.version, "schema", "openAPIV3Schema");
