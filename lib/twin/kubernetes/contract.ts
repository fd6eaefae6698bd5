import type { Json } from "../world/world.ts";

export interface KubernetesUser {
  readonly username: string;
  readonly groups: readonly string[];
  /** Of the IAM identity behind it, as the audit log tells it. */
  readonly arn?: string;
}

export interface KubernetesRequest {
  readonly user: KubernetesUser;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query string, e.g. `/apis/apps/v1/namespaces/argocd/deployments?limit=500`. */
  readonly path: string;
  readonly body?: Json;
  /** Of the body; decides what a PATCH means. */
  readonly contentType?: string;
  readonly accept?: string;
}

export interface KubernetesResponse {
  readonly status: number;
  /** A Kubernetes object, list, table or `Status`. */
  readonly body: Json;
  /** What the client should know although the request succeeded. */
  readonly warnings?: readonly string[];
  /** Of a document that has one of its own. */
  readonly contentType?: string;
}

export type KubernetesObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [key: string]: Json | undefined };
  [key: string]: Json | { [key: string]: Json | undefined } | undefined;
};

/** One cluster's API server, without a socket: authorisation, storage, defaulting, validation, finalizers. */
export interface KubernetesCluster {
  readonly name: string;
  handle(request: KubernetesRequest): KubernetesResponse;
}

export const SYSTEM_MASTERS: KubernetesUser = { username: "twin:controller", groups: ["system:masters"] };

/** All clusters of the world. */
export interface Kubernetes {
  /** Throws if there is no such cluster. */
  cluster(name: string): KubernetesCluster;
  /** By access entry; undefined: the API server answers 401. */
  userOf(clusterName: string, roleArn: string, sessionName: string): KubernetesUser | undefined;
  /** Name of the cluster behind `https://…eks.amazonaws.com`, if there is one. */
  clusterAt(endpoint: string): string | undefined;
}
