import type { ApiObject } from "../../api/api-object.ts";
import type { ClusterClient } from "../engine/cluster-client.ts";
import { type Fields, mapsAt, textAt } from "../engine/fields.ts";
import { isRunning } from "../engine/readiness.ts";

export const CERT_MANAGER = "cert-manager.io/v1";
export const ACME = "acme.cert-manager.io/v1";

/** Nothing of cert-manager happens without its controller. */
export const isCertManagerUp = (client: ClusterClient): boolean =>
  isRunning(client, "Deployment", "cert-manager");

/** The issuer that a Certificate, request, order or challenge refers to. */
export function issuerOf(object: ApiObject, client: ClusterClient): ApiObject | undefined {
  const name = textAt(object, "spec", "issuerRef", "name");
  return textAt(object, "spec", "issuerRef", "kind") === "ClusterIssuer"
    ? client.get(CERT_MANAGER, "ClusterIssuer", undefined, name)
    : client.get(CERT_MANAGER, "Issuer", object.metadata.namespace, name);
}

/** The first solver without a selector or whose DNS zone the name falls into. @see cert-manager `solverSelectors` */
export function solverFor(issuer: ApiObject | undefined, host: string): Fields {
  const solvers = mapsAt(issuer, "spec", "acme", "solvers");
  const zonesOf = (solver: Fields): string[] =>
    (solver.selector as { dnsZones?: string[] } | undefined)?.dnsZones ?? [];
  const fits = (solver: Fields): boolean =>
    zonesOf(solver).some((zone) => host === zone || host.endsWith(`.${zone}`));
  return solvers.find(fits) ?? solvers.find((solver) => solver.selector === undefined) ?? {};
}

export const isStaging = (issuer: ApiObject | undefined): boolean =>
  textAt(issuer, "spec", "acme", "server").includes("staging");

/** The latest version of an object that a reconciliation has just changed. */
export const current = (client: ClusterClient, object: ApiObject): ApiObject =>
  client.get(object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name) ?? object;
