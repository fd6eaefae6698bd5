import type { ApiObject } from "../../api/api-object.ts";
import { isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { mapAt, numberAt, ownerReference, textAt } from "../engine/fields.ts";
import { CERT_MANAGER, current, isCertManagerUp } from "./cert-manager.ts";
import { storeCertificate, times } from "./issued.ts";

/** Requests certificates, stores them, and renews them at their renewal time. */
export const certificates: Controller = {
  name: "certificates",
  watches: {
    Certificate: "self",
    CertificateRequest: (change, client) => {
      const name = change.name.replace(/-\d+$/, "");
      const found = client.get(CERT_MANAGER, "Certificate", change.namespace ?? undefined, name);
      return found ? [client.referenceOf(found)] : [];
    },
    // Somebody who deletes the Secret gets a new one, with a new certificate.
    Secret: (change, client) =>
      client
        .list(CERT_MANAGER, "Certificate")
        .filter(
          (one) =>
            one.metadata.namespace === change.namespace && textAt(one, "spec", "secretName") === change.name,
        )
        .map((one) => client.referenceOf(one)),
    Deployment: (change, client) =>
      change.name === "cert-manager"
        ? client.list(CERT_MANAGER, "Certificate").map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(certificate, context) {
    if (certificate.metadata.deletionTimestamp || !isCertManagerUp(context.client)) return;
    const revision = numberAt(certificate, "status", "revision") ?? 0;
    if (isValid(certificate, context)) return;
    const next = revision + 1;
    const request = context.client.get(
      CERT_MANAGER,
      "CertificateRequest",
      certificate.metadata.namespace,
      `${certificate.metadata.name}-${next}`,
    );
    if (!request) ask(certificate, next, context);
    else if (isTrue(request, "Ready")) accept(certificate, request, next, context);
  },
};

/** Ready, its Secret there, covering what is asked for, and not due for renewal (then it looks again). */
function isValid(certificate: ApiObject, context: ReconcileContext): boolean {
  const { client, now } = context;
  if (!isTrue(certificate, "Ready")) return false;
  if (numberAt(certificate, "status", "revision") === undefined) return false;
  const secret = secretOf(certificate, client);
  if (secret === undefined) return false;
  const names = mapAt(certificate, "spec").dnsNames;
  if (Array.isArray(names) && secret.metadata.annotations?.["cert-manager.io/alt-names"] !== names.join(","))
    return false;
  const renewal = Date.parse(textAt(certificate, "status", "renewalTime"));
  if (renewal <= now) return false;
  context.after((renewal - now) / context.options.latencyScale);
  return true;
}

const secretOf = (certificate: ApiObject, client: ReconcileContext["client"]): ApiObject | undefined =>
  client.get("v1", "Secret", certificate.metadata.namespace, textAt(certificate, "spec", "secretName"));

function ask(certificate: ApiObject, revision: number, context: ReconcileContext): void {
  const { client, now, world } = context;
  const observedGeneration = certificate.metadata.generation ?? 1;
  const message = `Issuing certificate as Secret does not exist`;
  const issuing = {
    type: "Issuing",
    status: "True" as const,
    reason: "DoesNotExist",
    message,
    observedGeneration,
  };
  const ready = {
    type: "Ready",
    status: "False" as const,
    reason: "DoesNotExist",
    message,
    observedGeneration,
  };
  const set =
    isTrue(certificate, "Ready") && secretOf(certificate, client) !== undefined
      ? [{ ...issuing, reason: "Renewing", message: "Renewing certificate as renewal was scheduled" }]
      : [issuing, ready];
  const { name, namespace } = certificate.metadata;
  const nextPrivateKeySecretName = `${name}-${world.drawsOf(certificate.metadata.uid).hex(5)}`;
  client.patch(
    certificate,
    { status: { conditions: withConditions(certificate, now, ...set), nextPrivateKeySecretName } },
    "status",
  );
  client.create({
    apiVersion: CERT_MANAGER,
    kind: "CertificateRequest",
    metadata: {
      name: `${name}-${revision}`,
      namespace: namespace ?? "default",
      annotations: {
        "cert-manager.io/certificate-name": name,
        "cert-manager.io/certificate-revision": String(revision),
        "cert-manager.io/private-key-secret-name": nextPrivateKeySecretName,
      },
      ownerReferences: [ownerReference(certificate)],
    },
    spec: {
      issuerRef: mapAt(certificate, "spec", "issuerRef"),
      request: Buffer.from(`CSR for ${String(mapAt(certificate, "spec").dnsNames)}`).toString("base64"),
      usages: ["digital signature", "key encipherment"],
      username: "system:serviceaccount:cert-manager:cert-manager",
    },
  });
}

function accept(
  certificate: ApiObject,
  request: ApiObject,
  revision: number,
  context: ReconcileContext,
): void {
  const { client, now } = context;
  const issued = storeCertificate(certificate, request, context);
  if (!issued) return;
  const observedGeneration = certificate.metadata.generation ?? 1;
  const fresh = current(client, certificate);
  const conditions = withConditions(fresh, now, {
    type: "Ready",
    status: "True",
    reason: "Ready",
    message: "Certificate is up to date and has not expired",
    observedGeneration,
  }).filter(({ type }) => type !== "Issuing");
  const status = { ...times(issued), revision, conditions, nextPrivateKeySecretName: null };
  client.patch(fresh, { status: status as unknown as { [key: string]: string } }, "status");
}
