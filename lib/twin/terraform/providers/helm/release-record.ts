import { gunzipSync, gzipSync } from "node:zlib";
import type { Chart } from "../../../charts/chart.ts";
import type { Values } from "../../../charts/values.ts";
import type { KubernetesObject } from "../../../kubernetes/contract.ts";
import { ApiError, type Connection } from "../kubernetes/connection.ts";

export type ReleaseStatus = "deployed" | "failed" | "superseded";

/** What Helm keeps of one revision of a release. Times are virtual milliseconds. */
export interface ReleaseRecord {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly status: ReleaseStatus;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
  readonly values: Values;
  readonly firstDeployed: number;
  readonly lastDeployed: number;
  readonly objects: readonly KubernetesObject[];
}

export const chartOf = ({ chart, version, appVersion }: Chart): ReleaseRecord["chart"] => ({
  name: chart,
  version,
  appVersion,
});

const secretName = (name: string, revision: number): string => `sh.helm.release.v1.${name}.v${revision}`;
const secretsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`;

/** gzip at its fastest: nobody but the twin unpacks it, and a large chart has hundreds of objects. */
function encode(record: ReleaseRecord): string {
  const release = {
    name: record.name,
    info: {
      first_deployed: new Date(record.firstDeployed).toISOString(),
      last_deployed: new Date(record.lastDeployed).toISOString(),
      deleted: "",
      description:
        record.status === "failed"
          ? `Release "${record.name}" failed: context deadline exceeded`
          : "Install complete",
      status: record.status,
    },
    chart: { metadata: record.chart },
    config: record.values,
    manifest: record.objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(""),
    version: record.revision,
    namespace: record.namespace,
  };
  const packed = gzipSync(JSON.stringify(release), { level: 1 });
  return Buffer.from(packed.toString("base64")).toString("base64");
}

function decode(data: string): ReleaseRecord {
  const packed = Buffer.from(Buffer.from(data, "base64").toString(), "base64");
  const release = JSON.parse(gunzipSync(packed).toString());
  return {
    name: release.name,
    namespace: release.namespace,
    revision: release.version,
    status: release.info.status,
    chart: release.chart.metadata,
    values: release.config,
    firstDeployed: Date.parse(release.info.first_deployed),
    lastDeployed: Date.parse(release.info.last_deployed),
    objects: String(release.manifest)
      .split("---\n")
      .filter((text) => text !== "")
      .map((text) => JSON.parse(text)),
  };
}

/** Helm's storage driver `secrets`: one Secret a revision. */
export function storeRelease(connection: Connection, record: ReleaseRecord): void {
  const { name, namespace, revision, status } = record;
  connection.request("POST", secretsPath(namespace), {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: secretName(name, revision),
      namespace,
      labels: {
        name,
        owner: "helm",
        status,
        version: String(revision),
        modifiedAt: String(Math.floor(record.lastDeployed / 1000)),
      },
    },
    data: { release: encode(record) },
  });
}

interface ReleaseSecret {
  metadata: { name: string; labels: { version: string } };
  data: { release: string };
}

const listSecrets = (connection: Connection, name: string, namespace: string): ReleaseSecret[] => {
  const selector = encodeURIComponent(`name=${name},owner=helm`);
  try {
    const list = connection.request("GET", `${secretsPath(namespace)}?labelSelector=${selector}`) as {
      items?: unknown;
    };
    return (list.items ?? []) as ReleaseSecret[];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
};

const revisionOf = (secret: ReleaseSecret): number => Number(secret.metadata.labels.version);

/** The newest revision, or undefined: there is no such release. */
export function findRelease(
  connection: Connection,
  name: string,
  namespace: string,
): ReleaseRecord | undefined {
  const newest = listSecrets(connection, name, namespace)
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .at(-1);
  return newest && decode(newest.data.release);
}

/** Marks a revision as replaced by a newer one. */
export function supersede(connection: Connection, record: ReleaseRecord): void {
  const path = `${secretsPath(record.namespace)}/${secretName(record.name, record.revision)}`;
  const next: ReleaseRecord = { ...record, status: "superseded" };
  const patch = { metadata: { labels: { status: "superseded" } }, data: { release: encode(next) } };
  connection.request("PATCH", path, patch, "application/merge-patch+json");
}

export function forgetRelease(connection: Connection, name: string, namespace: string): void {
  for (const secret of listSecrets(connection, name, namespace))
    connection.request("DELETE", `${secretsPath(namespace)}/${secret.metadata.name}`);
}
