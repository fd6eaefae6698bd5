import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError, type AwsServer } from "./contract.ts";
import type { AwsEmulator } from "./emulator.ts";
import { HTTP_API_PREFIX, httpApiProtocol } from "./http/http-api-protocol.ts";
import { type Signer, signerOf, unknownKey } from "./http/identity.ts";
import { jsonProtocol } from "./http/json-protocol.ts";
import { type HttpRequest, type HttpResponse, header, type Protocol } from "./http/message.ts";
import { queryProtocol } from "./http/query-protocol.ts";
import { restJsonProtocol } from "./http/rest-json.ts";
import { route53Protocol } from "./http/route53-protocol.ts";
import { s3Protocol } from "./http/s3-protocol.ts";

/** What services with a REST protocol speak. */
const REST: Readonly<Record<string, Protocol>> = {
  s3: s3Protocol,
  route53: route53Protocol,
  eks: restJsonProtocol("eks"),
  lambda: restJsonProtocol("lambda"),
  xray: restJsonProtocol("xray"),
  "execute-api": httpApiProtocol,
};

/** The others are known by the request: some (CloudWatch) speak either, depending on the client's age. */
function protocolOf(service: string, request: HttpRequest): Protocol {
  const isForm = header(request, "content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const isQuery = isForm || request.query.has("Action");
  return REST[service] ?? (isQuery ? queryProtocol(service) : jsonProtocol);
}

async function read(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = message.url ?? "/";
  const question = url.indexOf("?");
  return {
    method: message.method ?? "GET",
    path: question < 0 ? url : url.slice(0, question),
    query: new URLSearchParams(question < 0 ? "" : url.slice(question + 1)),
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

/** Keeps time from moving, except while an operation waits for virtual time itself. */
interface Hold {
  release(): void;
}

async function respond(
  emulator: AwsEmulator,
  request: HttpRequest,
  { accessKeyId, service }: Signer,
  hold: Hold,
): Promise<HttpResponse> {
  const protocol = protocolOf(service, request);
  const principal = emulator.whoIs(accessKeyId);
  if (!principal) throw unknownKey(service);
  const call = protocol.decode(request);
  if (emulator.operation(service, call.operation).lasts) hold.release();
  const result = await emulator.call(principal, service, call.operation, call.input);
  return protocol.encode(call, result, request);
}

/** A mistake in the twin itself is answered with 500 and its message, so that it shows up in the client's log. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(
    "InternalFailure",
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    500,
  );
}

async function answer(
  emulator: AwsEmulator,
  request: HttpRequest,
  hold: Hold,
  requestId: string,
): Promise<HttpResponse> {
  const signer = signerOf(request);
  try {
    if (!signer) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);
    return await respond(emulator, request, signer, hold);
  } catch (error) {
    const unsigned = request.path.startsWith(HTTP_API_PREFIX) ? "execute-api" : "s3";
    return protocolOf(signer?.service ?? unsigned, request).fail(asAwsError(error), requestId, request);
  }
}

function write(response: ServerResponse, { status, headers, body }: HttpResponse, requestId: string): void {
  const length = headers["content-length"] ?? String(Buffer.byteLength(body));
  response.writeHead(status, {
    "x-amzn-requestid": requestId,
    ...headers,
    ...(status === 204 || status === 304 ? {} : { "content-length": length }),
  });
  response.end(body);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${port} of 127.0.0.1 is in use: the twin's AWS cannot listen there`, {
              cause: error,
            })
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

export interface ServeOptions {
  /** @default 0, any free port */
  readonly port?: number;
}

/**
 * The HTTP front: real SDK clients, terraform's backend and command-line tools find the simulated AWS here.
 * The world's clock stands still from the arrival of a request until its answer is written.
 */
export async function serve(emulator: AwsEmulator, { port = 0 }: ServeOptions = {}): Promise<AwsServer> {
  let requests = 0;
  const server = createServer((message, response) => {
    const hold = { release: emulator.world.clock.hold() };
    // A name of its own: drawing it from the world would make the world depend on retries.
    const requestId = `twin-${String(++requests).padStart(8, "0")}`;
    response.once("close", hold.release);
    read(message)
      .then((request) => answer(emulator, request, hold, requestId))
      .then((answered) => write(response, answered, requestId))
      .catch(() => response.destroy());
  });
  // Longer than any client's pause within a run, so that a pooled connection is not closed under it.
  server.keepAliveTimeout = 60_000;
  const bound = await listen(server, port);
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
