import type { ApiServer } from "../../kubernetes/api/api-server.ts";
import { type JsonObject, listAt, objectAt, objectsAt, textAt } from "../../kubernetes/api/json-values.ts";
import { covers, itemsOf, type Site } from "./site.ts";

const CONTROLLER = "k8s.io/ingress-nginx";

/** The site of the Ingress that an ingress-nginx behind a living load balancer serves a host by. */
export function ingressSiteIn(
  server: ApiServer,
  { host, living }: { host: string; living: readonly string[] },
): Site | undefined {
  if (!hasLivingBalancer(server, living)) return undefined;
  const classes = itemsOf(server, "/apis/networking.k8s.io/v1/ingressclasses")
    .filter((entry) => textAt(entry, "spec", "controller") === CONTROLLER)
    .map((entry) => textAt(entry, "metadata", "name"));
  const ingress = itemsOf(server, "/apis/networking.k8s.io/v1/ingresses").find(
    (one) =>
      classes.includes(classOf(one)) &&
      objectsAt(one, "spec", "rules").some(({ host: own }) => covers(String(own ?? ""), host)),
  );
  return ingress && siteFrom(server, ingress, host);
}

function siteFrom(server: ApiServer, ingress: JsonObject, host: string): Site {
  const namespace = textAt(ingress, "metadata", "namespace") ?? "";
  const name = tlsSecretName(ingress, host);
  const annotation = textAt(ingress, "metadata", "annotations", "nginx.ingress.kubernetes.io/ssl-redirect");
  return {
    server,
    host,
    namespace,
    proxy: "ingress-nginx",
    secret: name === undefined ? undefined : { namespace, name },
    redirect: name !== undefined && annotation !== "false" ? 308 : undefined,
    paths: objectsAt(ingress, "spec", "rules")
      .filter(({ host: own }) => covers(String(own ?? ""), host))
      .flatMap((rule) => objectsAt(rule, "http", "paths"))
      .map((entry) => ({
        path: String(entry.path ?? "/"),
        exact: entry.pathType === "Exact",
        service: textAt(entry, "backend", "service", "name") ?? "",
      })),
  };
}

function hasLivingBalancer(server: ApiServer, living: readonly string[]): boolean {
  return itemsOf(server, "/api/v1/services")
    .filter((service) =>
      [objectAt(service, "spec", "selector"), objectAt(service, "metadata", "labels")].some(
        (labels) => labels?.["app.kubernetes.io/name"] === "ingress-nginx",
      ),
    )
    .some((service) =>
      objectsAt(service, "status", "loadBalancer", "ingress").some((entry) =>
        living.includes(String(entry.hostname ?? "").toLowerCase()),
      ),
    );
}

const classOf = (ingress: JsonObject): string | undefined =>
  textAt(ingress, "spec", "ingressClassName") ??
  textAt(ingress, "metadata", "annotations", "kubernetes.io/ingress.class");

/** The Secret that the Ingress names for this host; undefined if it has no TLS for it. */
function tlsSecretName(ingress: JsonObject, host: string): string | undefined {
  const entry = objectsAt(ingress, "spec", "tls").find((tls) =>
    listAt(tls, "hosts").some((own) => covers(String(own), host)),
  );
  return textAt(entry, "secretName");
}
