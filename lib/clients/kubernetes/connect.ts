import type { Eks } from "../eks.ts";
import { type ClusterReader, clusterReader } from "./client.ts";
import { KubernetesError } from "./errors.ts";
import { connectHttp } from "./http.ts";
import { mintToken } from "./token.ts";

/** Lends a connection to the cluster's API for as long as `read` lasts. */
export type WithCluster = <T>(now: Date, read: (cluster: ClusterReader) => Promise<T>) => Promise<T>;

/**
 * Connects anew in every call: the endpoint and the authority are DescribeCluster's word of today, and a token is
 * never kept beyond the call that uses it.
 */
export const clusterOf =
  (eks: Eks, name: string): WithCluster =>
  async (now, read) => {
    const cluster = await eks.cluster(name);
    const { endpoint, certificateAuthority } = cluster ?? {};
    if (!endpoint || !certificateAuthority) return read(unreachable(name, cluster?.status));
    const http = connectHttp({ endpoint, certificateAuthority });
    try {
      const region = await eks.region();
      const token = () => mintToken({ cluster: name, region, credentials: eks.credentials, now });
      return await read(clusterReader(http, token));
    } finally {
      http.close();
    }
  };

/** No cluster, or one without an endpoint yet: every read says so, and the gate decides what that means. */
function unreachable(name: string, status: string | undefined): ClusterReader {
  const fail = () =>
    Promise.reject(
      new KubernetesError(0, `cluster ${name} has no API endpoint (${status ?? "there is no such cluster"})`),
    );
  return { get: fail, list: fail, version: fail };
}
