import type { ServerResponse } from "node:http";
import type { KubernetesRequest, KubernetesResponse } from "../../contract.ts";
import type { ApiServer } from "../api-server.ts";
import { watchObjects } from "../verbs/watch.ts";

/** A watch that asks for bookmarks gets one about each minute, so that it can begin again near its end. */
const BOOKMARK_EVERY_REAL_MS = 60_000;

/**
 * Changes as lines of JSON until the client goes, or its timeout has passed. Real seconds: the client's timeout is
 * of this machine.
 * @param refuse writes the answer of a watch that does not begin
 */
export function streamWatch(
  server: ApiServer,
  request: KubernetesRequest,
  response: ServerResponse,
  refuse: (answer: KubernetesResponse) => void,
): void {
  let isOpen = false;
  const early: string[] = [];
  const watch = watchObjects(server, request, (event) => {
    const line = `${JSON.stringify(event)}\n`;
    if (isOpen) response.write(line);
    else early.push(line);
  });
  if (!("stop" in watch)) {
    refuse(watch);
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  isOpen = true;
  for (const line of early) response.write(line);
  const bookmarks = setInterval(() => watch.bookmark(), BOOKMARK_EVERY_REAL_MS).unref();
  const seconds = Number(new URL(request.path, "https://twin").searchParams.get("timeoutSeconds") ?? 0);
  const end = (): void => {
    watch.bookmark();
    response.end();
  };
  const timer = seconds > 0 ? setTimeout(end, seconds * 1000).unref() : undefined;
  response.on("close", () => {
    watch.stop();
    clearInterval(bookmarks);
    clearTimeout(timer);
  });
}
