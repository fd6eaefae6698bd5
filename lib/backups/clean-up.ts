import type { ClusterWriter } from "../clients/kubernetes/writer.ts";
import { question } from "../gates/question.ts";
import type { Executions, LayerTable } from "../run/ports.ts";
import { settle } from "./evidence.ts";
import { NAMESPACES, NamedSchema, PERSISTENT_VOLUMES, PersistentVolumeSchema, RESTORES } from "./objects.ts";
import type { VerificationPorts } from "./ports.ts";
import { isOwn } from "./restore.ts";
import { OWNER_ANNOTATION, SANDBOX_LABEL, SANDBOX_PREFIX, VELERO_NAMESPACE } from "./sandbox.ts";
import type { Execution, Target } from "./settings.ts";

/** A namespace with a volume goes in a minute or two; after this long, somebody must look. */
const DEADLINE_MINUTES = 15;

/**
 * Removes the sandbox and its Restore, and proves that nothing of them is left, volumes included. What belongs to
 * somebody else is left alone. To be repeated until it says so.
 * @throws NotReadyError (retryable) while something is still there
 */
export async function cleanUp(
  { execution, target }: { execution: Execution; target: Target },
  ports: VerificationPorts,
  now: Date,
): Promise<object> {
  const left = await ports.withCluster(now, (cluster) => remove(cluster, target.sandbox, execution.arn));
  const ask = question("sandbox-gone", `sandbox ${target.sandbox}`, "nothing left of it");
  const finding = left.length === 0 ? ask.pass("gone") : ask.pending(left.join(", "));
  const look = {
    execution,
    path: [target.name, "clean-up"],
    since: now.toISOString(),
    deadlineMinutes: DEADLINE_MINUTES,
  };
  await settle([finding], look, ports, now);
  return {};
}

/** What of it is still there, after asking that it go. */
async function remove(cluster: ClusterWriter, sandbox: string, owner: string): Promise<string[]> {
  const namespace = await cluster.get(NAMESPACES, { name: sandbox }, NamedSchema);
  const restore = await cluster.get(RESTORES, { namespace: VELERO_NAMESPACE, name: sandbox }, NamedSchema);
  const left: string[] = [];
  // The restore first: one that still goes on would make anew what is being removed.
  if (restore && isOwn(restore, owner)) {
    await cluster.remove(RESTORES, { namespace: VELERO_NAMESPACE, name: sandbox });
    left.push(`Restore ${sandbox}`);
  }
  if (namespace && isOwn(namespace, owner)) {
    if (!namespace.metadata.deletionTimestamp) await cluster.remove(NAMESPACES, { name: sandbox });
    left.push(`Namespace ${sandbox}`);
  }
  if (namespace && !isOwn(namespace, owner)) return left;
  const volumes = await cluster.list(PERSISTENT_VOLUMES, {}, PersistentVolumeSchema);
  return [
    ...left,
    ...volumes
      .filter(({ spec }) => spec.claimRef?.namespace === sandbox)
      .map(({ metadata }) => `PersistentVolume ${metadata.name}`),
  ];
}

interface JanitorPorts extends VerificationPorts {
  readonly executions: Executions;
  readonly layers: Pick<LayerTable, "read">;
  /** The layer that brings Velero. */
  readonly backupLayer: string;
}

/**
 * The janitor: removes every sandbox whose execution has ended, told by prefix, label and annotation together. One
 * without an owner's name is left to a person: it was not made here. Where Velero's layer does not stand there is
 * no right to look, and nothing to remove; anywhere else a cluster that cannot be read is an error.
 */
export async function sweepSandboxes(ports: JanitorPorts, now: Date): Promise<{ removed: string[] }> {
  try {
    return await removeOrphans(ports, now);
  } catch (error) {
    const layer = await ports.layers.read(ports.backupLayer);
    if (layer?.result === "proven") throw error;
    return { removed: [] };
  }
}

async function removeOrphans(ports: JanitorPorts, now: Date): Promise<{ removed: string[] }> {
  return ports.withCluster(now, async (cluster) => {
    const inVelero = { namespace: VELERO_NAMESPACE, labelSelector: SANDBOX_LABEL };
    const found = [
      ...(await cluster.list(NAMESPACES, { labelSelector: SANDBOX_LABEL }, NamedSchema)),
      ...(await cluster.list(RESTORES, inVelero, NamedSchema)),
    ];
    const orphans = new Map<string, string>();
    for (const { metadata } of found) {
      const owner = metadata.annotations?.[OWNER_ANNOTATION];
      if (!metadata.name.startsWith(SANDBOX_PREFIX) || owner === undefined) continue;
      const execution = await ports.executions.describe(owner);
      if (execution?.status !== "RUNNING") orphans.set(metadata.name, owner);
    }
    for (const [sandbox, owner] of orphans) await remove(cluster, sandbox, owner);
    return { removed: [...orphans.keys()] };
  });
}
