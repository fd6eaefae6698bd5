import type { IncomingMessage, ServerResponse } from "node:http";
import { stringify } from "yaml";
import type { World } from "../../../world/world.ts";
import type { KubernetesResponse, KubernetesUser } from "../../contract.ts";
import type { ApiServer } from "../api-server.ts";
import { ApiError, unauthorized } from "../status.ts";
import { isWatch } from "../verbs/watch.ts";
import { impersonated } from "./impersonation.ts";
import { type MediaType, negotiate } from "./negotiate.ts";
import { readRequest } from "./read-request.ts";
import { streamWatch } from "./stream-watch.ts";

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
    const request = await readRequest(message, impersonated(server.authorizer, user, message.headers));
    const form = negotiate(message.headers.accept);
    const watches = request.method === "GET" && isWatch(request.path);
    if (watches) streamWatch(server, request, response, (answer) => write(response, answer));
    else write(response, server.handle(request), form);
  } catch (error) {
    if (error instanceof ApiError) write(response, error.response);
    // The endpoint has gone in the meantime: nobody answers.
    else response.destroy();
  } finally {
    release();
  }
}

function write(response: ServerResponse, answer: KubernetesResponse, form: MediaType = "json"): void {
  const { status, body, warnings = [] } = answer;
  const isText = typeof body === "string";
  // 299: a warning that stays; "-": the server does not say its name. Texts in quotes, @see RFC 7234 §5.5
  if (warnings.length > 0)
    response.setHeader(
      "warning",
      warnings.map((text) => `299 - ${JSON.stringify(text.replace(/[\r\n]+/g, " "))}`),
    );
  const type = isText ? "text/plain" : (answer.contentType ?? `application/${form}`);
  response.writeHead(status, { "content-type": type, "cache-control": "no-cache, private" });
  response.end(isText ? body : form === "yaml" ? stringify(body) : JSON.stringify(body));
}
