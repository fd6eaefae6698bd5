import { Agent, request } from "node:https";
import { KubernetesError } from "./errors.ts";

/** Where a cluster's API server is, and by which authority its certificate must be signed. */
export interface ClusterEndpoint {
  /** `https://<id>.<suffix>.eks.amazonaws.com` */
  readonly endpoint: string;
  /** PEM. */
  readonly certificateAuthority: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface Http {
  get(path: string, token: string): Promise<HttpAnswer>;
  close(): void;
}

/** An API server answers reads in well under a second; three tries of five stay below a function's minute. */
const TIMEOUT_MILLISECONDS = 5_000;

/**
 * GET over one kept-alive connection. The cluster's own authority is the only one trusted, and verification is
 * always on. @throws KubernetesError with status 0 when there is no answer
 */
export function connectHttp({ endpoint, certificateAuthority }: ClusterEndpoint): Http {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ ca: certificateAuthority, keepAlive: true, maxSockets: 6 });
  return {
    get: (path, token) =>
      new Promise((resolve, reject) => {
        const fail = (why: string, cause?: unknown) =>
          reject(new KubernetesError(0, `the API server ${hostname} did not answer: ${why}`, { cause }));
        const call = request(
          {
            hostname,
            port: port || 443,
            path,
            agent,
            timeout: TIMEOUT_MILLISECONDS,
            headers: { authorization: `Bearer ${token}`, accept: "application/json" },
          },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("error", (error) => fail(error.message, error));
            answer.on("end", () =>
              resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
            );
          },
        );
        call.on("timeout", () => call.destroy(new Error(`nothing within ${TIMEOUT_MILLISECONDS / 1000} s`)));
        call.on("error", (error) => fail(error.message, error));
        call.end();
      }),
    close: () => agent.destroy(),
  };
}
