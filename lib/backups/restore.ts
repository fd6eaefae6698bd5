import type { Resource } from "../clients/kubernetes/resources.ts";
import type { ClusterWriter } from "../clients/kubernetes/writer.ts";
import { ConfigurationError, NotReadyError } from "../run/errors.ts";
import { settle } from "./evidence.ts";
import { hasEnded, judgeProgress, judgeRestore } from "./judge-restore.ts";
import {
  NAMESPACES,
  type Named,
  NamedSchema,
  NETWORK_POLICIES,
  RESOURCE_QUOTAS,
  RESTORES,
  ResourceListSchema,
  RestoreSchema,
  ResultsSchema,
} from "./objects.ts";
import type { VerificationPorts } from "./ports.ts";
import { resourceListKey } from "./preflight.ts";
import {
  OWNER_ANNOTATION,
  restoreInto,
  sandboxNamespace,
  sandboxPolicy,
  sandboxQuota,
  VELERO_NAMESPACE,
} from "./sandbox.ts";
import type { Execution, Target } from "./settings.ts";

/**
 * Makes the sandbox, closed before anything is in it, then asks Velero to restore into it. May be repeated.
 * @throws ConfigurationError (not retryable) if something of that name belongs to somebody else
 */
export async function restore(
  { execution, target }: { execution: Execution; target: Target },
  ports: VerificationPorts,
  now: Date,
): Promise<object> {
  await ports.withCluster(now, async (cluster) => {
    await make(cluster, NAMESPACES, sandboxNamespace(target, execution.arn), execution);
    await cluster.create(NETWORK_POLICIES, sandboxPolicy(target));
    await cluster.create(RESOURCE_QUOTAS, sandboxQuota(target));
    await make(cluster, RESTORES, restoreInto(target, execution.arn), execution);
  });
  return {};
}

/** One that is there already must be of an earlier try of the same execution. */
async function make(
  cluster: ClusterWriter,
  resource: Resource,
  object: { readonly metadata: { readonly name: string; readonly namespace?: string } },
  execution: Execution,
): Promise<void> {
  if ((await cluster.create(resource, object)) === "created") return;
  const there = await cluster.get(resource, object.metadata, NamedSchema);
  if (there && isOwn(there, execution.arn)) return;
  const { name } = object.metadata;
  throw new ConfigurationError(
    `${resource.resource} ${name} is there and belongs to ${there?.metadata.annotations?.[OWNER_ANNOTATION] ?? "somebody else"}; nothing was restored into it`,
  );
}

export const isOwn = ({ metadata }: Named, executionArn: string): boolean =>
  metadata.annotations?.[OWNER_ANNOTATION] === executionArn;

/**
 * Has Velero restored all of what the backup lists, nothing else and nowhere else?
 * @throws NotReadyError (retryable) while it goes on
 * @throws GateFailedError if it failed, is not whole, or does not end in time
 */
export async function lookAtRestore(
  event: { execution: Execution; target: Target; since: string; deadlineMinutes: number },
  ports: VerificationPorts,
  now: Date,
): Promise<{ restored: { startedAt: string; completedAt: string } }> {
  const { execution, target } = event;
  const { sandbox } = target;
  const found = await ports.withCluster(now, (cluster) =>
    cluster.get(RESTORES, { namespace: VELERO_NAMESPACE, name: sandbox }, RestoreSchema),
  );
  if (!found) throw new NotReadyError(`Restore ${sandbox} is not there yet`);
  const look = { ...event, path: [target.name, "restore"] };
  if (!hasEnded(found)) await settle([judgeProgress(found)], look, ports, now);
  const read = async <T>(key: string, schema: Parameters<typeof ports.bucket.readJson<T>>[2]) => {
    const value = await ports.bucket.readJson(target.backup.bucket, key, schema);
    return typeof value === "string" ? undefined : value;
  };
  const folder = `restores/${sandbox}/restore-${sandbox}`;
  const facts = {
    restore: found,
    results: await read(`${folder}-results.gz`, ResultsSchema),
    restored: await read(`${folder}-resource-list.json.gz`, ResourceListSchema),
    backedUp: (await read(resourceListKey(target), ResourceListSchema)) ?? {},
  };
  await settle(judgeRestore(facts, target), { execution, path: look.path }, ports, now);
  const { startTimestamp = "", completionTimestamp = "" } = found.status ?? {};
  return { restored: { startedAt: startTimestamp, completedAt: completionTimestamp } };
}
