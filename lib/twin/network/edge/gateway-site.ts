import type { ApiServer } from "../../kubernetes/api/api-server.ts";
import { type JsonObject, listAt, objectAt, objectsAt, textAt } from "../../kubernetes/api/json-values.ts";
import { covers, itemsOf, type Site, type SitePath } from "./site.ts";

const API = "/apis/gateway.networking.k8s.io/v1";
const HTTP_REDIRECT = 302;

/** One listener of a Gateway or ListenerSet, and whose it is. */
interface Listener {
  readonly kind: "Gateway" | "ListenerSet";
  readonly namespace: string;
  readonly owner: string;
  readonly spec: JsonObject;
}

/**
 * The site of a host behind the Gateways of a cluster whose load balancer lives. The most specific listener of the
 * port takes a visitor, then the most specific route that hangs on it.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/, "Listener" and "HTTPRoute"
 */
export function gatewaySiteIn(
  server: ApiServer,
  { host, living }: { host: string; living: readonly string[] },
  isSecure: boolean,
): Site | undefined {
  const listener = mostSpecific(
    listenersIn(server, living).filter(
      ({ spec }) => spec.protocol === (isSecure ? "HTTPS" : "HTTP") && admits(spec.hostname, host),
    ),
    ({ spec }) => spec.hostname,
  );
  if (!listener) return undefined;
  const route = mostSpecific(
    itemsOf(server, `${API}/httproutes`).filter(
      (one) => isAccepted(one) && hangsOn(one, listener) && hostNamesOf(one).some((own) => admits(own, host)),
    ),
    (one) => hostNamesOf(one).find((own) => admits(own, host)),
  );
  const secret = textAt(objectsAt(listener.spec, "tls", "certificateRefs")[0], "name");
  return {
    server,
    host,
    proxy: "envoy",
    secret: secret === undefined ? undefined : { namespace: listener.namespace, name: secret },
    redirect: isSecure ? undefined : redirectOf(route),
    namespace: textAt(route, "metadata", "namespace") ?? "",
    paths: pathsOf(route),
  };
}

/** Listeners of every Gateway that a living load balancer leads to, and of the sets that it has taken. */
function listenersIn(server: ApiServer, living: readonly string[]): Listener[] {
  const gateways = itemsOf(server, `${API}/gateways`).filter((gateway) =>
    objectsAt(gateway, "status", "addresses").some(({ value }) =>
      living.includes(String(value ?? "").toLowerCase()),
    ),
  );
  const names = gateways.map(nameOf);
  const sets = itemsOf(server, `${API}/listenersets`).filter((set) => {
    const parent = objectAt(set, "spec", "parentRef");
    const namespace = textAt(parent, "namespace") ?? textAt(set, "metadata", "namespace");
    return isTrue(set, "Accepted") && names.includes(`${namespace}/${textAt(parent, "name")}`);
  });
  const of = (kind: Listener["kind"]) => (object: JsonObject) =>
    objectsAt(object, "spec", "listeners").map((spec) => ({
      kind,
      namespace: textAt(object, "metadata", "namespace") ?? "",
      owner: textAt(object, "metadata", "name") ?? "",
      spec,
    }));
  return [...gateways.flatMap(of("Gateway")), ...sets.flatMap(of("ListenerSet"))];
}

const nameOf = (object: JsonObject): string =>
  `${textAt(object, "metadata", "namespace")}/${textAt(object, "metadata", "name")}`;

const isTrue = (object: JsonObject, type: string): boolean =>
  objectsAt(object, "status", "conditions").some((one) => one.type === type && one.status === "True");

/** No host name admits every host. */
const admits = (pattern: unknown, host: string): boolean =>
  typeof pattern !== "string" || pattern === "" || covers(pattern, host);

/** Of those that admit a host, the one whose host name says most. */
function mostSpecific<T>(candidates: readonly T[], hostName: (one: T) => unknown): T | undefined {
  const weight = (one: T): number => {
    const name = hostName(one);
    return typeof name === "string" && name !== "" ? name.replace(/^\*/, "").length : 0;
  };
  return [...candidates].sort((a, b) => weight(b) - weight(a))[0];
}

/** The host names of a route; one that names none has the empty one, which admits all. */
function hostNamesOf(route: JsonObject): string[] {
  const names = listAt(route, "spec", "hostnames").map(String);
  return names.length > 0 ? names : [""];
}

const isAccepted = (route: JsonObject): boolean =>
  objectsAt(route, "status", "parents").some((parent) => isTrue({ status: parent }, "Accepted"));

const hangsOn = (route: JsonObject, { kind, namespace, owner, spec }: Listener): boolean =>
  objectsAt(route, "spec", "parentRefs").some(
    (reference) =>
      (textAt(reference, "kind") ?? "Gateway") === kind &&
      (textAt(reference, "namespace") ?? textAt(route, "metadata", "namespace")) === namespace &&
      textAt(reference, "name") === owner &&
      (textAt(reference, "sectionName") ?? spec.name) === spec.name,
  );

/** The status of a route that sends every visitor to HTTPS. */
function redirectOf(route: JsonObject | undefined): number | undefined {
  const filter = objectsAt(route, "spec", "rules")
    .flatMap((rule) => objectsAt(rule, "filters"))
    .find(({ type }) => type === "RequestRedirect");
  const redirect = objectAt(filter, "requestRedirect");
  if (redirect?.scheme !== "https") return undefined;
  return typeof redirect.statusCode === "number" ? redirect.statusCode : HTTP_REDIRECT;
}

const pathsOf = (route: JsonObject | undefined): SitePath[] =>
  objectsAt(route, "spec", "rules").flatMap((rule) => {
    const service = textAt(objectsAt(rule, "backendRefs")[0], "name");
    if (service === undefined) return [];
    const matches = objectsAt(rule, "matches");
    return (matches.length > 0 ? matches : [{}]).map((match) => ({
      path: textAt(match, "path", "value") ?? "/",
      exact: textAt(match, "path", "type") === "Exact",
      service,
    }));
  });
