import type { IncomingMessage, ServerResponse } from "node:http";
import { objectAt, textAt } from "../../kubernetes/api/json-values.ts";
import type { KubernetesTwin } from "../../kubernetes/api/kubernetes-twin.ts";
import { strikes } from "../../world/faults.ts";
import type { World } from "../../world/world.ts";
import { backendOf, hasReadyEndpoint } from "./backend.ts";
import { pageOf } from "./page.ts";
import { itemsOf, type Site, siteOf } from "./site.ts";

const CHALLENGE = "/.well-known/acme-challenge/";

/** What a proxy says of a path that nobody has, and of a Service without anyone behind it. */
const WORDS: Readonly<Record<Site["proxy"], { readonly unknown: string; readonly unavailable: string }>> = {
  "ingress-nginx": {
    unknown: "default backend - 404",
    unavailable: "503 Service Temporarily Unavailable",
  },
  envoy: { unknown: "", unavailable: "no healthy upstream" },
  "load-balancer": { unknown: "", unavailable: "503 Service Temporarily Unavailable" },
};

/** Answers a visitor as the proxy of the site does, time standing still meanwhile. */
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
    const site = siteOf(parts, host, isSecure);
    if (site?.refusesAnonymous && !message.headers["user-agent"]) send(response, 403, "403 Forbidden");
    else if (site) answerFrom(parts.world, site, { path, url: message.url ?? "/", isSecure }, response);
    else send(response, 404, WORDS["ingress-nginx"].unknown);
  } finally {
    release();
  }
}

interface Request {
  readonly path: string;
  readonly url: string;
  readonly isSecure: boolean;
}

function answerFrom(
  world: World,
  site: Site,
  { path, url, isSecure }: Request,
  response: ServerResponse,
): void {
  // Challenges are answered without TLS too: there is no certificate yet.
  const key = path.startsWith(CHALLENGE) ? challengeKey(site, path.slice(CHALLENGE.length)) : undefined;
  if (key !== undefined) return void send(response, 200, key);
  if (!isSecure && site.redirect !== undefined) {
    response.setHeader("location", `https://${site.host}${url}`);
    return void send(response, site.redirect, site.redirect === 308 ? "Permanent Redirect" : "");
  }
  const { unknown, unavailable } = WORDS[site.proxy];
  const service = backendOf(site, path);
  if (!service) return void send(response, 404, unknown);
  if (!hasReadyEndpoint(site, service)) return void send(response, 503, unavailable);
  // Fault `site-replaced` { host }: whoever has taken the host answers it, and well.
  if (strikes(world, "site-replaced", ({ host }) => host === site.host))
    return void send(response, 200, "<html><body><h1>It works!</h1></body></html>");
  const { status, body } = pageOf(site, service, path);
  send(response, status, body);
}

/** What cert-manager's solver answers for a pending HTTP-01 challenge, through the proxy that it asked for. */
function challengeKey({ server, host, proxy }: Site, token: string): string | undefined {
  const challenge = itemsOf(server, "/apis/acme.cert-manager.io/v1/challenges").find(
    (each) => textAt(each, "spec", "token") === token && textAt(each, "spec", "dnsName") === host,
  );
  if (proxy === "load-balancer") return undefined;
  const routed = objectAt(challenge, "spec", "solver", "http01", "gatewayHTTPRoute") !== undefined;
  return routed === (proxy === "envoy") ? textAt(challenge, "spec", "key") : undefined;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(body);
}
