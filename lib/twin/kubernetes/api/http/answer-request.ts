import type { IncomingMessage, ServerResponse } from "node:http";
import type { World } from "../../../world/world.ts";
import type { KubernetesRequest, KubernetesResponse, KubernetesUser } from "../../contract.ts";
import type { ApiServer } from "../api-server.ts";
import { ApiError, unauthorized } from "../status.ts";
import { isWatch, watchObjects } from "../verbs/watch.ts";
import { readRequest } from "./read-request.ts";

/** Answers one HTTP request; time stands still until the answer is out. */
export async function answerRequest(
  world: World,
  server: ApiServer,
  user: KubernetesUser | undefined,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const release = world.clock.hold();
  try {
    if (!user) throw unauthorized();
    const request = await readRequest(message, user);
    if (request.method === "GET" && isWatch(request.path)) stream(server, request, response);
    else write(response, server.handle(request));
  } catch (error) {
    if (error instanceof ApiError) write(response, error.response);
    // The endpoint has gone in the meantime: nobody answers.
    else response.destroy();
  } finally {
    release();
  }
}

function write(response: ServerResponse, { status, body }: KubernetesResponse): void {
  const isText = typeof body === "string";
  response.writeHead(status, {
    "content-type": isText ? "text/plain" : "application/json",
    "cache-control": "no-cache, private",
  });
  response.end(isText ? body : JSON.stringify(body));
}

/** Changes as lines of JSON until the client goes. Real seconds: the client's timeout is of this machine. */
function stream(server: ApiServer, request: KubernetesRequest, response: ServerResponse): void {
  let isOpen = false;
  const early: string[] = [];
  const watch = watchObjects(server, request, (event) => {
    const line = `${JSON.stringify(event)}\n`;
    if (isOpen) response.write(line);
    else early.push(line);
  });
  if (!("stop" in watch)) {
    write(response, watch);
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  isOpen = true;
  for (const line of early) response.write(line);
  const seconds = Number(new URL(request.path, "https://twin").searchParams.get("timeoutSeconds") ?? 0);
  const timer = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000).unref() : undefined;
  response.on("close", () => {
    watch.stop();
    clearTimeout(timer);
  });
}
