import { VirtualClock } from "../../../../lib/twin/clock.ts";
import type { ApiServer } from "../../../../lib/twin/kubernetes/api/api-server.ts";
import { KubernetesTwin } from "../../../../lib/twin/kubernetes/api/kubernetes-twin.ts";
import {
  type KubernetesRequest,
  type KubernetesUser,
  SYSTEM_MASTERS,
} from "../../../../lib/twin/kubernetes/contract.ts";
import { type ClusterRecord, COLLECTIONS } from "../../../../lib/twin/world/records.ts";
import { type Json, World } from "../../../../lib/twin/world/world.ts";

export const STARTS_AT = Date.UTC(2026, 10, 24, 8, 0, 0);

export const clusterRecord = (name: string, changes: Partial<ClusterRecord> = {}): ClusterRecord => ({
  name,
  arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`,
  version: "1.35",
  status: "ACTIVE",
  endpoint: `https://${name}.gr7.eu-west-1.eks.amazonaws.com`,
  certificateAuthority: Buffer.from("the authority").toString("base64"),
  oidcIssuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/0",
  createdAt: STARTS_AT,
  endpointPublicAccess: true,
  endpointPrivateAccess: true,
  publicAccessCidrs: [],
  authenticationMode: "API",
  healthIssues: [],
  tags: {},
  configuration: {},
  ...changes,
});

/** biome-ignore lint/suspicious/noExplicitAny: tests read into answers freely */
type Loose = any;

export interface Fixture {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly kubernetes: KubernetesTwin;
  readonly cluster: ApiServer;
  /** Answers with status and body; `as` other than the masters' user needs permissions. */
  request(
    method: KubernetesRequest["method"],
    path: string,
    body?: Json,
    more?: { contentType?: string; accept?: string; as?: KubernetesUser },
  ): { status: number; body: Loose };
}

export function clusterFixture(name = "prod"): Fixture {
  const clock = new VirtualClock(STARTS_AT);
  const world = new World(clock);
  world.collection<ClusterRecord>(COLLECTIONS.clusters).set(name, clusterRecord(name));
  const kubernetes = new KubernetesTwin({ world });
  const cluster = kubernetes.cluster(name);
  return {
    world,
    clock,
    kubernetes,
    cluster,
    request(method, path, body, { as = SYSTEM_MASTERS, ...more } = {}) {
      return cluster.handle({ user: as, method, path, ...(body === undefined ? {} : { body }), ...more });
    },
  };
}

export const deployment = (name: string, changes: { [key: string]: Json } = {}): Json => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "main", image: "registry.k8s.io/pause:3.10" }] },
    },
    ...changes,
  },
});

export const configMap = (name: string, data: { [key: string]: string } = {}): Json => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});
