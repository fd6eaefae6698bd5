import { createHash } from "node:crypto";
import type { Json, World } from "../world/world.ts";
import type { RequestRoute } from "./api/request-route.ts";
import { isDryRun } from "./api/verbs/write-request.ts";
import type { KubernetesRequest, KubernetesResponse } from "./contract.ts";

/** A line of `/aws/eks/<cluster>/cluster`, stream `kube-apiserver-audit-…`. Times are virtual milliseconds. */
export interface AuditRecord {
  readonly cluster: string;
  readonly at: number;
  /** An `Event` of audit.k8s.io/v1, of level Metadata. */
  readonly event: { readonly [name: string]: Json };
}

export const AUDIT_COLLECTION = "kubernetes.audit";
/** Lines that are kept at least, the oldest forgotten first: a real cluster writes a million a day, and nobody asks for most. */
const KEPT = 200;
const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/**
 * Writes down what somebody with an identity of AWS's has changed. The key follows from what was done, not from the
 * order in which it came. What the cluster's own accounts do, and what is only
 * read, stands in a real audit log, too.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
 */
export function noteWrite(
  world: World,
  cluster: string,
  request: KubernetesRequest,
  { path, query, resource }: RequestRoute,
  response: KubernetesResponse,
): void {
  const verb = VERBS[request.method];
  const { username, groups, arn } = request.user;
  if (!verb || !resource || /^(system|twin):/.test(username) || isDryRun({ query })) return;
  const at = world.clock.now();
  const time = new Date(at).toISOString().replace("Z", "000Z");
  const made = (response.body as { metadata?: { name?: string } } | null)?.metadata?.name;
  const { group, version, plural, namespace, name = made ?? "", subresource } = resource;
  const log = world.collection<AuditRecord>(AUDIT_COLLECTION);
  if (latest.get(world) !== at) forgetOldest(log);
  latest.set(world, at);
  const key = `${String(at).padStart(15, "0")}/${verb}/${path}/${name}`;
  log.set(key, {
    cluster,
    at,
    event: {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level: "Metadata",
      auditID: createHash("sha256").update(key).digest("hex").slice(0, 32),
      stage: "ResponseComplete",
      requestURI: path,
      verb,
      user: { username, groups: [...groups], ...(arn === undefined ? {} : { extra: { arn: [arn] } }) },
      userAgent: "kubectl/v1.35.0",
      objectRef: {
        resource: plural,
        name,
        apiVersion: version,
        ...(namespace === undefined ? {} : { namespace }),
        ...(group === "" ? {} : { apiGroup: group }),
        ...(subresource === undefined ? {} : { subresource }),
      },
      responseStatus: { metadata: {}, code: response.status },
      requestReceivedTimestamp: time,
      stageTimestamp: time,
    },
  });
}

/** When something was written last: the oldest are forgotten between two instants, whatever the order within one. */
const latest = new WeakMap<World, number>();

function forgetOldest(log: { keys(): string[]; delete(key: string): unknown }): void {
  const keys = log.keys();
  if (keys.length >= 2 * KEPT) for (const old of keys.slice(0, -KEPT)) log.delete(old);
}
