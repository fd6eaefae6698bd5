/**
 * Where Velero keeps what in its bucket.
 * @see https://velero.io/docs/main/output-file-format/ and velero, pkg/persistence/object_store_layout.go
 */

const backup = (name: string, file: string): string => `backups/${name}/${file}`;
const restore = (name: string, file: string): string => `restores/${name}/restore-${name}-${file}`;

export const backupFiles = (name: string) => ({
  directory: `backups/${name}/`,
  contents: backup(name, `${name}.tar.gz`),
  metadata: backup(name, "velero-backup.json"),
  log: backup(name, `${name}-logs.gz`),
  results: backup(name, `${name}-results.gz`),
  resourceList: backup(name, `${name}-resource-list.json.gz`),
  volumeInfos: backup(name, `${name}-volumeinfo.json.gz`),
  volumeSnapshots: backup(name, `${name}-volumesnapshots.json.gz`),
  podVolumeBackups: backup(name, `${name}-podvolumebackups.json.gz`),
});

export const restoreFiles = (name: string) => ({
  directory: `restores/${name}/`,
  log: restore(name, "logs.gz"),
  results: restore(name, "results.gz"),
  resourceList: restore(name, "resource-list.json.gz"),
});

/** The repository of a namespace's files, as kopia keeps it: its marker, and blobs of packed files. */
export const repositoryFiles = (namespace: string) => ({
  marker: `kopia/${namespace}/kopia.repository`,
  blob: (snapshot: string): string => `kopia/${namespace}/p${snapshot}`,
});

/** Path of an object in a backup's archive. */
export const archivePath = (resource: string, namespace: string | undefined, name: string): string =>
  namespace === undefined
    ? `resources/${resource}/cluster/${name}.json`
    : `resources/${resource}/namespaces/${namespace}/${name}.json`;

/** What was found wrong: of Velero itself, of cluster-scoped objects, and by namespace. */
export type Results = { velero: string[]; cluster: string[]; namespaces: { [namespace: string]: string[] } };
export const noResults = (): Results => ({ velero: [], cluster: [], namespaces: {} });
export const countOf = ({ velero, cluster, namespaces }: Results): number =>
  velero.length + cluster.length + Object.values(namespaces).flat().length;

/** Writes down what was found wrong with an object, cluster-scoped without a namespace. */
export function tell(results: Results, namespace: string | undefined, message: string): void {
  if (namespace === undefined) results.cluster.push(message);
  else results.namespaces[namespace] = [...(results.namespaces[namespace] ?? []), message];
}
