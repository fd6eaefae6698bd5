import type { ApiObject } from "../api-object.ts";
import type { WriteRequest } from "../verbs/write-request.ts";

/** What is about to happen, as admission sees it. */
export interface Attributes {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly request: WriteRequest;
  readonly name: string;
  /** As it would be stored; absent when it is deleted. */
  readonly object: ApiObject | undefined;
  /** As it was; absent when it is created. */
  readonly old: ApiObject | undefined;
}
