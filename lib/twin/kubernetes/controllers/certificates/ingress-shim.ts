import type { ApiObject } from "../../api/api-object.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { annotationsOf, type Fields, mapsAt, ownerReference } from "../engine/fields.ts";
import { CERT_MANAGER, isCertManagerUp } from "./cert-manager.ts";

const CLUSTER_ISSUER = "cert-manager.io/cluster-issuer";
const ISSUER = "cert-manager.io/issuer";

/** A Certificate for each TLS entry of an Ingress that names an issuer. @see https://cert-manager.io/docs/usage/ingress/ */
export const ingressShim: Controller = {
  name: "ingress-shim",
  watches: {
    Ingress: "self",
    Deployment: (change, client) =>
      change.name === "cert-manager"
        ? client.list("networking.k8s.io/v1", "Ingress").map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(ingress, context) {
    if (ingress.metadata.deletionTimestamp || !isCertManagerUp(context.client)) return;
    const annotations = annotationsOf(ingress);
    const issuer = annotations[CLUSTER_ISSUER] ?? annotations[ISSUER];
    if (issuer === undefined) return;
    const kind = annotations[CLUSTER_ISSUER] === undefined ? "Issuer" : "ClusterIssuer";
    for (const tls of mapsAt(ingress, "spec", "tls"))
      ensure(ingress, tls, { name: issuer, kind, group: "cert-manager.io" }, context);
  },
};

function ensure(ingress: ApiObject, tls: Fields, issuerRef: Fields, { client }: ReconcileContext): void {
  const name = String(tls.secretName ?? "");
  const namespace = ingress.metadata.namespace ?? "default";
  if (name === "") return;
  const spec: Fields = {
    dnsNames: Array.isArray(tls.hosts) ? tls.hosts : [],
    issuerRef,
    secretName: name,
    usages: ["digital signature", "key encipherment"],
  };
  const known = client.get(CERT_MANAGER, "Certificate", namespace, name);
  if (known) {
    client.patch(known, { spec });
    return;
  }
  client.create({
    apiVersion: CERT_MANAGER,
    kind: "Certificate",
    metadata: {
      name,
      namespace,
      labels: ingress.metadata.labels ?? {},
      ownerReferences: [ownerReference(ingress)],
    },
    spec,
  });
}
