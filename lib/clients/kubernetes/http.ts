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
  /** What the server asks to wait before the next try; absent if it says nothing, or a date. */
  readonly retryAfterSeconds?: number;
}

/** What changes something: made or removed. */
export interface Change {
  readonly method: "POST" | "DELETE";
  readonly body: unknown;
}

export interface Http {
  get(path: string, token: string): Promise<HttpAnswer>;
  close(): void;
}

export interface WritingHttp extends Http {
  change(path: string, token: string, change: Change): Promise<HttpAnswer>;
}

export interface Deadlines {
  /** For one answer: an API server answers reads in well under a second. */
  readonly answerMilliseconds: number;
  /** For all answers of one connection together: a function has a minute, and must have time left to say why. */
  readonly allMilliseconds: number;
}
const DEADLINES: Deadlines = { answerMilliseconds: 5_000, allMilliseconds: 40_000 };

/** Codes of a certificate that was not accepted. @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_)/;

/**
 * GET over kept-alive connections. The cluster's own authority is the only one trusted, and verification is
 * always on. The token goes into the request's header and nowhere else: no error carries the request.
 * @throws KubernetesError with status 0 when there is no answer
 */
export function connectHttp(
  { endpoint, certificateAuthority }: ClusterEndpoint,
  { answerMilliseconds, allMilliseconds }: Deadlines = DEADLINES,
): WritingHttp {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ ca: certificateAuthority, keepAlive: true, maxSockets: 6 });
  const signal = AbortSignal.timeout(allMilliseconds);
  const why = (error: Error): string =>
    signal.aborted ? `its answers took longer than ${allMilliseconds / 1_000} s in all` : error.message;
  const send = (path: string, token: string, change?: Change): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const body = change === undefined ? "" : JSON.stringify(change.body);
      const fail = (error: NodeJS.ErrnoException) => {
        const isSilence = !UNTRUSTED.test(error.code ?? "");
        const verb = isSilence ? "did not answer" : "cannot be trusted";
        reject(new KubernetesError(0, `the API server ${hostname} ${verb}: ${why(error)}`, isSilence));
      };
      const call = request(
        {
          hostname,
          port: port || 443,
          path,
          method: change?.method ?? "GET",
          agent,
          signal,
          timeout: answerMilliseconds,
          headers: {
            authorization: `Bearer ${token}`,
            accept: "application/json",
            // Node gives the body of a DELETE no length: the server would take it for the next request.
            ...(change && {
              "content-type": "application/json",
              "content-length": String(Buffer.byteLength(body)),
            }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", fail);
          answer.on("end", () =>
            resolve({
              status: answer.statusCode ?? 0,
              body: Buffer.concat(chunks).toString("utf8"),
              ...retryAfter(answer.headers["retry-after"]),
            }),
          );
        },
      );
      call.on("timeout", () => call.destroy(new Error(`nothing within ${answerMilliseconds / 1_000} s`)));
      call.on("error", fail);
      call.end(body);
    });
  return {
    get: (path, token) => send(path, token),
    change: (path, token, change) => send(path, token, change),
    close: () => agent.destroy(),
  };
}

/** Whole seconds, as API servers and load balancers write it. @see RFC 9110 §10.2.3 */
const retryAfter = (header: string | undefined): Pick<HttpAnswer, "retryAfterSeconds"> =>
  header !== undefined && /^\d+$/.test(header) ? { retryAfterSeconds: Number(header) } : {};
