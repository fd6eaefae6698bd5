import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { type Condition, isTrue, withConditions } from "../engine/conditions.ts";
import { type Fields, mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";

export const GATEWAY_API = "gateway.networking.k8s.io/v1";
export const ENVOY_API = "gateway.envoyproxy.io/v1alpha1";

/** The Deployment of Envoy Gateway's chart; nothing happens to a Gateway without it. */
export const CONTROL_PLANE = "envoy-gateway";
/** @see https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/, value of its chart `config.envoyGateway.gateway.controllerName` */
const CONTROLLER_NAME = "gateway.envoyproxy.io/gatewayclass-controller";

export const isEnvoyGatewayUp = (client: ClusterClient): boolean =>
  isRunning(client, "Deployment", CONTROL_PLANE);

export const isEnvoyClass = (gatewayClass: ApiObject | undefined): boolean =>
  textAt(gatewayClass, "spec", "controllerName") === CONTROLLER_NAME;

/** The class of a Gateway, if it is one of Envoy Gateway's. */
export function envoyClassOf(gateway: ApiObject, client: ClusterClient): ApiObject | undefined {
  const name = textAt(gateway, "spec", "gatewayClassName");
  const found = client.get(GATEWAY_API, "GatewayClass", undefined, name);
  return isEnvoyClass(found) ? found : undefined;
}

/** The Gateway or ListenerSet that a reference in an object of `namespace` names. */
export const parentOf = (
  reference: Fields,
  namespace: string | undefined,
  client: ClusterClient,
): ApiObject | undefined =>
  client.get(
    GATEWAY_API,
    textAt(reference, "kind") || "Gateway",
    textAt(reference, "namespace") || namespace,
    textAt(reference, "name"),
  );

/** The listeners of a Gateway or ListenerSet that a route's reference means: one by name, or all. */
export const listenersFor = (reference: Fields, parent: ApiObject): Fields[] => {
  const section = textAt(reference, "sectionName");
  return mapsAt(parent, "spec", "listeners").filter(({ name }) => section === "" || name === section);
};

/** The Secrets of a TLS listener that are not there; its own namespace only, since nothing here grants another. */
export const missingSecrets = (listener: Fields, owner: ApiObject, client: ClusterClient): string[] =>
  mapsAt(listener, "tls", "certificateRefs")
    .map((reference) => textAt(reference, "name"))
    .filter((name) => !client.get("v1", "Secret", owner.metadata.namespace, name));

export const holds = (
  type: string,
  isTrueNow: boolean,
  reason: string,
  message: string,
  object: ApiObject,
): Condition => ({
  type,
  status: isTrueNow ? "True" : "False",
  reason,
  message,
  observedGeneration: object.metadata.generation ?? 1,
});

/** Does any route that is accepted hang on this listener? Counted as the API wants it: by route. */
export function attachedRoutes(owner: ApiObject, listener: Fields, client: ClusterClient): number {
  return client
    .list(GATEWAY_API, "HTTPRoute")
    .filter((route) =>
      mapsAt(route, "spec", "parentRefs").some(
        (reference) =>
          parentOf(reference, route.metadata.namespace, client)?.metadata.uid === owner.metadata.uid &&
          listenersFor(reference, owner).some(({ name }) => name === listener.name),
      ),
    ).length;
}

/** The statuses of an object's listeners, as Envoy Gateway writes them. */
export function listenerStatuses(owner: ApiObject, client: ClusterClient, now: number): Fields[] {
  const before = mapsAt(owner, "status", "listeners");
  return mapsAt(owner, "spec", "listeners").map((listener) => {
    const known = before.find(({ name }) => name === listener.name);
    const missing = missingSecrets(listener, owner, client);
    const resolved = missing.length === 0;
    const problem = `Secret ${owner.metadata.namespace}/${missing[0]} does not exist`;
    const conditions = withConditions(
      { status: { conditions: known?.conditions } },
      now,
      holds("Programmed", resolved, resolved ? "Programmed" : "Invalid", resolved ? "" : problem, owner),
      holds("Accepted", true, "Accepted", "Listener has been successfully translated", owner),
      holds(
        "ResolvedRefs",
        resolved,
        resolved ? "ResolvedRefs" : "InvalidCertificateRef",
        resolved ? "Listener references have been resolved" : problem,
        owner,
      ),
    );
    return {
      name: listener.name ?? "",
      attachedRoutes: attachedRoutes(owner, listener, client),
      supportedKinds: [
        { group: "gateway.networking.k8s.io", kind: "HTTPRoute" },
        { group: "gateway.networking.k8s.io", kind: "GRPCRoute" },
      ],
      conditions,
    };
  });
}

export const isProgrammed = (object: ApiObject | undefined): boolean => isTrue(object, "Programmed");

/** Writes a status where it says something new. */
export function writeStatus(object: ApiObject, status: Fields, client: ClusterClient): void {
  const live = (object as unknown as { status?: Fields }).status ?? {};
  const differs = Object.entries(status).some(
    ([key, value]) => JSON.stringify(live[key]) !== JSON.stringify(value),
  );
  if (differs) client.patch(object, { status }, "status");
}
