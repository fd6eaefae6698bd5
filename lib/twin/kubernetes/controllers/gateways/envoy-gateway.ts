import type { ApiObject } from "../../api/api-object.ts";
import type { ObjectReference } from "../dormancy.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { isTrue, withConditions } from "../engine/conditions.ts";
import type { Change, Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, mapsAt, numberAt, textAt } from "../engine/fields.ts";
import {
  CONTROL_PLANE,
  envoyClassOf,
  GATEWAY_API,
  holds,
  isEnvoyClass,
  isEnvoyGatewayUp,
  isProgrammed,
  listenerStatuses,
  listenersFor,
  parentOf,
  writeStatus,
} from "./gateway-api.ts";
import { ensureProxy, removeProxy } from "./proxies.ts";

/** Every object of a kind: few of them, so that a change looks at all. */
const all =
  (kind: string) =>
  (_change: Change, client: ClusterClient): ObjectReference[] =>
    client.list(GATEWAY_API, kind).map((one) => client.referenceOf(one));

/** Every object of a kind, once the control plane has come up. */
const onControlPlane =
  (kind: string) =>
  (change: Change, client: ClusterClient): ObjectReference[] =>
    change.name === CONTROL_PLANE || change.name.startsWith("envoy") ? all(kind)(change, client) : [];

const gatewayClasses: Controller = {
  name: "gateway-classes",
  watches: { GatewayClass: "self", Deployment: onControlPlane("GatewayClass") },
  reconcile(gatewayClass, { client, now }) {
    if (!isEnvoyClass(gatewayClass) || !isEnvoyGatewayUp(client)) return;
    const accepted = holds("Accepted", true, "Accepted", "Valid GatewayClass", gatewayClass);
    writeStatus(gatewayClass, { conditions: withConditions(gatewayClass, now, accepted) }, client);
  },
};

/** A Gateway gets a proxy and a Service, and is programmed when both are there for visitors. */
const gateways: Controller = {
  name: "gateways",
  watches: {
    Gateway: "self",
    GatewayClass: all("Gateway"),
    EnvoyProxy: all("Gateway"),
    ListenerSet: all("Gateway"),
    HTTPRoute: all("Gateway"),
    Secret: all("Gateway"),
    Deployment: onControlPlane("Gateway"),
    Service: (change, client) => {
      const service = client.get("v1", "Service", change.namespace ?? undefined, change.name);
      const owner = service?.metadata.labels?.["gateway.envoyproxy.io/owning-gateway-name"];
      return owner === undefined ? [] : all("Gateway")(change, client);
    },
  },
  reconcile(gateway, context) {
    const { client } = context;
    const gatewayClass = envoyClassOf(gateway, client);
    if (gateway.metadata.deletionTimestamp || !gatewayClass || !isEnvoyGatewayUp(client)) return;
    const { deployment, service } = ensureProxy(gateway, gatewayClass, client);
    const addresses = mapsAt(service, "status", "loadBalancer", "ingress").map(({ hostname, ip }) =>
      hostname === undefined ? { type: "IPAddress", value: ip ?? "" } : { type: "Hostname", value: hostname },
    );
    const ready = (numberAt(deployment, "status", "readyReplicas") ?? 0) > 0;
    writeGateway(gateway, addresses, ready, context);
  },
  gone({ namespace, name }, { client }) {
    removeProxy(namespace, name, client);
  },
};

function writeGateway(
  gateway: ApiObject,
  addresses: Fields[],
  ready: boolean,
  { client, now }: ReconcileContext,
): void {
  const unassigned = addresses.length === 0;
  const reason = unassigned ? "AddressNotAssigned" : ready ? "Programmed" : "NoResources";
  const message = unassigned
    ? "No addresses have been assigned to the Gateway"
    : ready
      ? "Address assigned to the Gateway, envoy replicas available"
      : "Envoy replicas unavailable";
  const conditions = withConditions(
    gateway,
    now,
    holds("Accepted", true, "Accepted", "The Gateway has been scheduled by Envoy Gateway", gateway),
    holds("Programmed", !unassigned && ready, reason, message, gateway),
  );
  writeStatus(gateway, { addresses, conditions, listeners: listenerStatuses(gateway, client, now) }, client);
}

/** May a ListenerSet hang on this Gateway? Gateways allow none unless they say so. */
function allowsListeners(gateway: ApiObject, set: ApiObject): boolean {
  const from = textAt(gateway, "spec", "allowedListeners", "namespaces", "from");
  return from === "All" || (from === "Same" && gateway.metadata.namespace === set.metadata.namespace);
}

/** Listeners that a namespace brings to a Gateway. @see https://gateway-api.sigs.k8s.io/api-types/listenerset/ */
const listenerSets: Controller = {
  name: "listener-sets",
  watches: {
    ListenerSet: "self",
    Gateway: all("ListenerSet"),
    HTTPRoute: all("ListenerSet"),
    Secret: all("ListenerSet"),
  },
  reconcile(set, { client, now }) {
    if (set.metadata.deletionTimestamp || !isEnvoyGatewayUp(client)) return;
    const gateway = parentOf(mapAt(set, "spec", "parentRef"), set.metadata.namespace, client);
    if (!gateway || !envoyClassOf(gateway, client)) return;
    const allowed = allowsListeners(gateway, set);
    const listeners = listenerStatuses(set, client, now);
    const programmed = allowed && isProgrammed(gateway) && listeners.some((one) => isProgrammedListener(one));
    const conditions = withConditions(
      set,
      now,
      allowed
        ? holds("Accepted", true, "Accepted", "", set)
        : holds("Accepted", false, "NotAllowed", "The parent Gateway allows no listeners from here", set),
      holds("Programmed", programmed, programmed ? "Programmed" : "Pending", "", set),
    );
    writeStatus(set, { conditions, listeners }, client);
  },
};

const isProgrammedListener = (listener: Fields): boolean => isTrue({ status: listener }, "Programmed");

/** Says of each parent of a route whether it takes the route, and whether the backends are there. */
const httpRoutes: Controller = {
  name: "http-routes",
  watches: {
    HTTPRoute: "self",
    Gateway: all("HTTPRoute"),
    ListenerSet: all("HTTPRoute"),
    Service: all("HTTPRoute"),
  },
  reconcile(route, { client, now }) {
    if (route.metadata.deletionTimestamp || !isEnvoyGatewayUp(client)) return;
    const before = mapsAt(route, "status", "parents");
    const parents = mapsAt(route, "spec", "parentRefs").flatMap((parentRef, index) => {
      const parent = parentOf(parentRef, route.metadata.namespace, client);
      return parent
        ? [parentStatus(route, { parentRef, parent, before: before[index]?.conditions }, { client, now })]
        : [];
    });
    writeStatus(route, { parents }, client);
  },
};

function parentStatus(
  route: ApiObject,
  { parentRef, parent, before }: { parentRef: Fields; parent: ApiObject; before: Fields[string] | undefined },
  { client, now }: Pick<ReconcileContext, "client" | "now">,
): Fields {
  const matching = listenersFor(parentRef, parent).length > 0 && isTrue(parent, "Accepted");
  const missing = backendsOf(route).find(
    (name) => !client.get("v1", "Service", route.metadata.namespace, name),
  );
  const conditions = withConditions(
    { status: { conditions: before ?? [] } },
    now,
    matching
      ? holds("Accepted", true, "Accepted", "Route is accepted", route)
      : holds("Accepted", false, "NoMatchingParent", "No listeners match this parent ref", route),
    missing === undefined
      ? holds("ResolvedRefs", true, "ResolvedRefs", "Resolved all the Object references for the Route", route)
      : holds("ResolvedRefs", false, "BackendNotFound", `Service ${missing} not found`, route),
  );
  return { controllerName: "gateway.envoyproxy.io/gatewayclass-controller", parentRef, conditions };
}

const backendsOf = (route: ApiObject): string[] =>
  mapsAt(route, "spec", "rules")
    .flatMap((rule) => mapsAt(rule, "backendRefs"))
    .map((reference) => textAt(reference, "name"));

/** Envoy Gateway, as far as the objects of this project reach. */
export const envoyGateway: readonly Controller[] = [gatewayClasses, gateways, listenerSets, httpRoutes];
