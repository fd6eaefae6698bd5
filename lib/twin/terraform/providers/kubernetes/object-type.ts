import type { Json } from "../../../world/world.ts";
import type { Attributes, ProviderContext } from "../../contract.ts";

type Fields = { [key: string]: Json };

/** What makes one `kubernetes_*` type different from the others; everything else follows from its schema. */
export interface ObjectType {
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Beside metadata's name and namespace. */
  readonly forces?: readonly string[];
  readonly defaults?: Attributes;
  readonly changesOnUpdate?: readonly string[];
  /** Corrects the manifest that the schema gives. */
  readonly shape?: (manifest: Fields, values: Attributes) => Fields;
  /** Corrects the fields of an object before the schema reads them. */
  readonly unshape?: (object: Fields, state: Attributes) => Fields;
  /** Milliseconds that creating it lasts, if not the usual second; may throw because waiting fails. */
  readonly createLasts?: (planned: Attributes, context: ProviderContext, cluster: string) => number;
  readonly deleteLasts?: number;
}

/** One request to an API server across a peering, and terraform around it. */
export const REQUEST_MILLISECONDS = 1_000;

/** Thrown by `createLasts`: the object is there, but it will not become what the provider waits for. */
export class WaitFailed extends Error {
  readonly lastedMilliseconds: number;
  constructor(message: string, lastedMilliseconds: number) {
    super(message);
    this.name = "WaitFailed";
    this.lastedMilliseconds = lastedMilliseconds;
  }
}
