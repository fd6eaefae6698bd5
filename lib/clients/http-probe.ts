import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What a visitor who follows no redirect was answered. */
export type Visit =
  | {
      readonly reached: true;
      readonly status: number;
      /** Where it sends the visitor, as it says so. */
      readonly location: string | undefined;
      /** At most `BODY_LIMIT` bytes of it, as text. */
      readonly body: string;
    }
  | { readonly reached: false; readonly problem: string };

export interface Visitor {
  /** `http://…` or `https://…`; nothing but the address and our own name is sent. */
  visit(url: string): Promise<Visit>;
}

/** An application answers within a second or two; ten leave room for a cold one. */
const TIMEOUT_MILLISECONDS = 10_000;
/** A page is known by its beginning; the rest is not read. */
const BODY_LIMIT = 256 * 1_024;

/** A firewall refuses programs that do not say what they are. */
const HEADERS = { accept: "text/html,*/*", "user-agent": "strata-gate/1" };

/** Certificates are not verified here: they have a gate of their own, and this one asks who answers. */
export function connectVisitor(): Visitor {
  return {
    visit: (url) =>
      new Promise((resolve) => {
        const secure = url.startsWith("https:");
        const options = { timeout: TIMEOUT_MILLISECONDS, agent: false, headers: HEADERS };
        const call = secure
          ? requestHttps(url, { ...options, rejectUnauthorized: false })
          : requestHttp(url, options);
        const finish = (visit: Visit) => {
          resolve(visit);
          call.destroy();
        };
        call.on("timeout", () => finish({ reached: false, problem: "no answer in time" }));
        call.on("error", (error: NodeJS.ErrnoException) =>
          finish({ reached: false, problem: error.code ?? error.message }),
        );
        call.on("response", (answer) => {
          const chunks: Buffer[] = [];
          let size = 0;
          const done = () =>
            finish({
              reached: true,
              status: answer.statusCode ?? 0,
              location: answer.headers.location,
              body: Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString("utf8"),
            });
          answer.on("data", (chunk: Buffer) => {
            chunks.push(chunk);
            size += chunk.length;
            if (size >= BODY_LIMIT) done();
          });
          answer.on("end", done);
          answer.on("error", (error) => finish({ reached: false, problem: error.message }));
        });
        call.end();
      }),
  };
}
