import type { ApiObject } from "../../api/api-object.ts";
import { type Condition, conditionOf, isTrue, withConditions } from "../engine/conditions.ts";
import type { Controller, ReconcileContext } from "../engine/controller.ts";
import { type Fields, mapAt, textAt } from "../engine/fields.ts";
import { CERT_MANAGER, isCertManagerUp } from "./cert-manager.ts";

/** One round trip to the ACME server for a key, one for the account (from memory). */
const REGISTER_MILLISECONDS = 2_000;

/** Issuers become Ready when their ACME account is registered; others at once. */
const issuers = (kind: "ClusterIssuer" | "Issuer"): Controller => ({
  name: `issuers-${kind}`,
  watches: {
    [kind]: "self",
    Deployment: (change, client) =>
      change.name === "cert-manager"
        ? client.list(CERT_MANAGER, kind).map((one) => client.referenceOf(one))
        : [],
  },
  reconcile(issuer, context) {
    if (!isCertManagerUp(context.client)) return;
    if (isTrue(issuer, "Ready")) return observe(issuer, context);
    if (context.now - Date.parse(issuer.metadata.creationTimestamp) < context.scaled(REGISTER_MILLISECONDS)) {
      context.after(REGISTER_MILLISECONDS);
      return;
    }
    register(issuer, context);
  },
});

/** A change, of the solvers say, leaves the account as it is; the condition says that it was seen. */
function observe(issuer: ApiObject, { client, now }: ReconcileContext): void {
  const ready = conditionOf(issuer, "Ready") as Condition | undefined;
  const observedGeneration = issuer.metadata.generation ?? 1;
  if (ready === undefined || ready.observedGeneration === observedGeneration) return;
  const conditions = withConditions(issuer, now, { ...ready, observedGeneration });
  client.patch(issuer, { status: { conditions } }, "status");
}

function register(issuer: ApiObject, { client, now, world }: ReconcileContext): void {
  const acme = mapAt(issuer, "spec", "acme");
  const isAcme = Object.keys(acme).length > 0;
  const ready = isAcme
    ? { reason: "ACMEAccountRegistered", message: "The ACME account was registered with the ACME server" }
    : { reason: "IsReady", message: "Signing CA verified" };
  const observedGeneration = issuer.metadata.generation ?? 1;
  const conditions = withConditions(issuer, now, {
    type: "Ready",
    status: "True",
    ...ready,
    observedGeneration,
  });
  const host = textAt(acme, "server")
    .replace(/^https:\/\//, "")
    .split("/")[0];
  const account: Fields = isAcme
    ? {
        acme: {
          lastPrivateKeyHash: world.hex(44),
          lastRegisteredEmail: textAt(acme, "email"),
          uri: `https://${host}/acme/acct/${1_000_000_000 + Math.floor(world.random() * 1e9)}`,
        },
      }
    : {};
  storeAccountKey(issuer, client, world.hex(32));
  client.patch(issuer, { status: { ...account, conditions } }, "status");
}

/** The key of the account, in the namespace of cert-manager for a ClusterIssuer. */
function storeAccountKey(issuer: ApiObject, client: ReconcileContext["client"], key: string): void {
  const name = textAt(issuer, "spec", "acme", "privateKeySecretRef", "name");
  const namespace = issuer.metadata.namespace ?? "cert-manager";
  if (name === "" || client.get("v1", "Secret", namespace, name)) return;
  client.create({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name, namespace },
    data: { "tls.key": Buffer.from(key).toString("base64") },
  });
}

export const issuerControllers: readonly Controller[] = [issuers("ClusterIssuer"), issuers("Issuer")];
