import type { Aws } from "../../../aws/contract.ts";
import type { CertificateAuthorities } from "../../../network/contract.ts";
import type { World } from "../../../world/world.ts";
import type { ApiObject } from "../../api/api-object.ts";
import type { Kubernetes } from "../../contract.ts";
import type { ObjectReference } from "../dormancy.ts";
import type { ClusterClient } from "./cluster-client.ts";

/** The world's topic `kubernetes.changed`: an object has just been written or erased. */
export type Change = {
  cluster: string;
  type: "ADDED" | "MODIFIED" | "DELETED";
  apiVersion: string;
  kind: string;
  namespace: string | null;
  name: string;
};

export interface ControllerOptions {
  readonly world: World;
  readonly kubernetes: Kubernetes;
  readonly aws: Aws;
  readonly authorities: CertificateAuthorities;
  /** Factor on every modelled latency. */
  readonly latencyScale: number;
}

/** What a reconciliation may use. */
export interface ReconcileContext {
  readonly client: ClusterClient;
  readonly options: ControllerOptions;
  readonly world: World;
  readonly now: number;
  /** Looks at this object again, unscaled `milliseconds` × latencyScale later. */
  after(milliseconds: number): void;
  /** `milliseconds` × latencyScale */
  scaled(milliseconds: number): number;
  /** Looks at the object again, at once; for what is done outside of a reconciliation. */
  again(): void;
}

/**
 * One controller: brings what is towards what is wanted, judging by the objects alone, so that it may be called
 * at any time and any number of times. Everything that it has to remember stands in the objects or the world.
 */
export interface Controller {
  readonly name: string;
  /** Kind → which objects to look at when one of that kind changes; `self` is the object itself. */
  readonly watches: Readonly<
    Record<string, "self" | ((change: Change, client: ClusterClient) => ObjectReference[])>
  >;
  /** The kinds that it is called for, by apiVersion; changes of others only point to these. */
  reconcile(object: ApiObject, context: ReconcileContext): void;
  /**
   * Looks in the same instant at an object that is being deleted. Terraform waits until what it deletes is gone, and
   * only then takes away the controller that lets it go; here all of that is one instant.
   */
  readonly releasesAtOnce?: true;
  /** The object is gone. */
  gone?(reference: ObjectReference, context: ReconcileContext): void;
}
