import { ConfigurationError, DependencyUnavailableError } from "../../run/errors.ts";
import type { Eks } from "../eks.ts";
import { type ClusterReader, clusterReader } from "./client.ts";
import { inWords } from "./errors.ts";
import { type Change, connectHttp, type HttpAnswer } from "./http.ts";
import { type Place, pathOf, type Resource } from "./resources.ts";
import { mintToken } from "./token.ts";

/** Reads a cluster, and makes and removes single objects. */
export interface ClusterWriter extends ClusterReader {
  /** `exists`: there is one of that name, which was left as it is. */
  create(
    resource: Resource,
    object: { readonly metadata: { readonly name: string; readonly namespace?: string } },
  ): Promise<"created" | "exists">;
  /** What belongs to it goes after it. False: it was not there. */
  remove(resource: Resource, place: Place & { readonly name: string }): Promise<boolean>;
}
/** Lends a connection for as long as `use` lasts. */
export type WithClusterWriter = <T>(now: Date, use: (cluster: ClusterWriter) => Promise<T>) => Promise<T>;

/**
 * Each write is tried once: whoever calls is called again, and a repeated write finds what the first one made.
 * @throws DependencyUnavailableError (retryable) if there is no endpoint, no answer, a throttle or a 5xx
 * @throws ConfigurationError (not retryable) for every other refusal
 */
export const writingClusterOf =
  (eks: Eks, name: string): WithClusterWriter =>
  async (now, use) => {
    const { endpoint, certificateAuthority } = (await eks.cluster(name)) ?? {};
    if (!endpoint || !certificateAuthority)
      throw new DependencyUnavailableError(`cluster ${name} has no API endpoint`);
    const http = connectHttp({ endpoint, certificateAuthority });
    const region = await eks.region();
    let minted: Promise<string> | undefined;
    const mint = () => mintToken({ cluster: name, region, credentials: eks.credentials, now });
    const token = () => {
      minted ??= mint();
      return minted;
    };
    const change = async (path: string, asked: Change): Promise<HttpAnswer> =>
      http.change(path, await token(), asked);
    try {
      return await use({ ...clusterReader(http, mint), ...writer(change) });
    } finally {
      http.close();
    }
  };

function writer(
  change: (path: string, asked: Change) => Promise<HttpAnswer>,
): Pick<ClusterWriter, "create" | "remove"> {
  const ask = async (path: string, asked: Change, question: string): Promise<number> => {
    const { status, body } = await change(path, asked).catch((cause: Error) => {
      throw new DependencyUnavailableError(`${question}: ${cause.message}`);
    });
    if (status === 429 || status >= 500)
      throw new DependencyUnavailableError(`${question} failed with HTTP ${status}`);
    if (status < 300 || status === 404 || status === 409) return status;
    throw new ConfigurationError(`${question} was refused with HTTP ${status}: ${messageOf(body)}`);
  };
  return {
    async create(resource, object) {
      const { name, namespace } = object.metadata;
      const place: Place = namespace ? { namespace } : {};
      const question = inWords("get", resource, { ...place, name }).replace("get", "create");
      const status = await ask(pathOf(resource, place), { method: "POST", body: object }, question);
      if (status === 404) throw new ConfigurationError(`${question}: there is no such kind or namespace`);
      return status === 409 ? "exists" : "created";
    },
    async remove(resource, place) {
      const question = inWords("get", resource, place).replace("get", "delete");
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
      const status = await ask(pathOf(resource, place), { method: "DELETE", body }, question);
      if (status === 409) throw new DependencyUnavailableError(`${question}: it is being changed`);
      return status !== 404;
    },
  };
}

/** The API server's own words: for a refusal they name the rule that was broken, never a token. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === "string" ? message.slice(0, 500) : "no message";
  } catch {
    return "no message";
  }
}
