import type { IncomingMessage, ServerResponse } from "node:http";
import { textAt } from "../../kubernetes/api/json-values.ts";
import type { KubernetesTwin } from "../../kubernetes/api/kubernetes-twin.ts";
import type { World } from "../../world/world.ts";
import { backendOf, hasReadyEndpoint } from "./backend.ts";
import { itemsOf, type Site, siteOf, tlsSecretName } from "./ingress-site.ts";

const CHALLENGE = "/.well-known/acme-challenge/";

/** Answers a visitor as ingress-nginx does, time standing still meanwhile. */
export function answerVisitor(
  parts: { world: World; kubernetes: KubernetesTwin },
  message: IncomingMessage,
  response: ServerResponse,
  isSecure: boolean,
): void {
  const release = parts.world.clock.hold();
  try {
    const host = (message.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const path = (message.url ?? "/").split("?")[0] ?? "/";
    const site = siteOf(parts.world, parts.kubernetes, host);
    if (site) answerFrom(site, path, message.url ?? "/", response, isSecure);
    else send(response, 404, "default backend - 404");
  } finally {
    release();
  }
}

function answerFrom(
  site: Site,
  path: string,
  url: string,
  response: ServerResponse,
  isSecure: boolean,
): void {
  // Challenges are answered without TLS too: there is no certificate yet.
  const key = path.startsWith(CHALLENGE) ? challengeKey(site, path.slice(CHALLENGE.length)) : undefined;
  if (key !== undefined) return void send(response, 200, key);
  if (!isSecure && redirects(site)) {
    response.setHeader("location", `https://${site.host}${url}`);
    return void send(response, 308, "Permanent Redirect");
  }
  const service = backendOf(site, path);
  if (!service) return void send(response, 404, "default backend - 404");
  if (!hasReadyEndpoint(site, service))
    return void send(response, 503, "503 Service Temporarily Unavailable");
  send(response, 200, `${site.host}${path} by ${site.namespace}/${service}\n`);
}

const redirects = (site: Site): boolean =>
  tlsSecretName(site) !== undefined &&
  textAt(site.ingress, "metadata", "annotations", "nginx.ingress.kubernetes.io/ssl-redirect") !== "false";

/** What cert-manager's solver answers for a pending HTTP-01 challenge. */
function challengeKey({ server, host }: Site, token: string): string | undefined {
  const challenge = itemsOf(server, "/apis/acme.cert-manager.io/v1/challenges").find(
    (each) => textAt(each, "spec", "token") === token && textAt(each, "spec", "dnsName") === host,
  );
  return textAt(challenge, "spec", "key");
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(body);
}
