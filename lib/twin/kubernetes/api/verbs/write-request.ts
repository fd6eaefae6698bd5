import type { KubernetesUser } from "../../contract.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import type { ClusterState } from "../cluster-state.ts";
import type { ResourceKind } from "../kinds/resource-kind.ts";

/** A request that may change one resource, parsed. */
export interface WriteRequest {
  readonly state: ClusterState;
  readonly kind: ResourceKind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly user: KubernetesUser;
  readonly authorizer: Authorizer;
  /** What the client is to be told though the request succeeds; filled while it is answered. */
  readonly warnings: string[];
}

/** Everything happens but the storing. */
export const isDryRun = (request: Pick<WriteRequest, "query">): boolean =>
  request.query.getAll("dryRun").includes("All");

/**
 * Who is written into managedFields. A real server falls back on the client's User-Agent; here the last part of
 * the user's name stands for it (`system:serviceaccount:velero:velero` is velero).
 */
export const fieldManager = ({ query, user }: Pick<WriteRequest, "query" | "user">): string =>
  query.get("fieldManager") || user.username.split(/[:/]/).at(-1) || "unknown";
