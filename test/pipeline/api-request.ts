import { AwsError } from "../../lib/twin/aws/contract.ts";
import type { Twin } from "../../lib/twin/twin.ts";
import type { Json } from "../../lib/twin/world/world.ts";

export interface Reached {
  readonly status: number;
  readonly type: string | undefined;
  readonly json: unknown;
}

/**
 * One request to the twin's HTTP API in the name of a role, and time until it is answered. It comes in behind the
 * socket, since time would move on while a request is on its way through one.
 */
export async function request(
  twin: Twin,
  roleArn: string,
  method: string,
  url: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reached> {
  const { pathname, searchParams } = new URL(`http://twin${url.startsWith("/") ? "" : "/"}`);
  const [path = pathname, query = ""] = url.split("?");
  const apiId = twin.apiUrl.split("/").at(-1) ?? "";
  let answered: Reached | undefined;
  const input: Json = {
    apiId,
    method,
    path,
    query: Object.fromEntries(query === "" ? searchParams : new URLSearchParams(query)),
    headers,
    ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body ?? {}) }),
  };
  void twin.aws.call({ roleArn, sessionName: "ann" }, "execute-api", "Invoke", input).then(
    (result) => {
      answered = reached(result as unknown as GatewayAnswer);
    },
    (error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      answered = { status: error.status, type: undefined, json: { message: error.message } };
    },
  );
  await twin.clock.runUntil(() => answered !== undefined);
  if (!answered) throw new Error(`${method} ${url} was never answered`);
  return answered;
}

interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const reached = ({ statusCode, headers, body }: GatewayAnswer): Reached => ({
  status: statusCode,
  type: headers["content-type"],
  json: JSON.parse(body) as unknown,
});
